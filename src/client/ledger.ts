import { wordsOf } from './notice.ts';
import type { OrderState, Store } from './ports.ts';
import type { ReportBody } from './wire.ts';

/** Written before the claim is sent: from here on the server may count this signal as ours. */
export interface Intent {
  readonly signalId: string;
  readonly account: string;
  readonly intent: 'ENTRY' | 'CLOSE';
  /** The Idempotency-Key of every attempt to claim it. */
  readonly key: string;
  /** The process that asked. A grant is good for that one only. */
  readonly instance: string;
  readonly session: string;
  readonly epoch: number;
}

/** Written before the order leaves: from here on it may be at the venue. */
export interface Submission {
  readonly delivery: string;
  readonly fence: number;
  readonly session: string;
  readonly epoch: number;
  readonly clientOrderId: string;
  readonly leg: 'ENTRY' | 'CLOSE';
}

export interface QueuedReport {
  readonly delivery: string;
  readonly body: ReportBody;
}

export type LedgerRecord =
  | { readonly kind: 'intent'; readonly intent: Intent }
  | { readonly kind: 'refused'; readonly signalId: string; readonly code: string }
  | { readonly kind: 'submitting'; readonly signalId: string; readonly submission: Submission }
  | { readonly kind: 'report'; readonly signalId: string; readonly report: QueuedReport }
  | { readonly kind: 'reported'; readonly reportId: string; readonly refusal?: { code: string; detail: string } }
  /** Of compaction: what the reports, long delivered, had said. */
  | { readonly kind: 'outcome'; readonly signalId: string; readonly outcome: ReportBody['type']; hasPosition?: true }
  | { readonly kind: 'over'; readonly signalIds: readonly string[] };

/** All that is known here about one signal. */
export interface Entry {
  readonly signalId: string;
  readonly intent?: Intent;
  /** The server said no to the claim, so nothing was granted and nothing was sent. */
  readonly refused?: string;
  readonly submission?: Submission;
  /** The strongest thing reported of the order itself, protective legs not counted. Missing: no outcome yet. */
  readonly outcome?: ReportBody['type'];
  /** The claim was given back before anything was sent: what is offered again may be claimed anew. */
  readonly givenBack?: true;
  /** The entry was filled, at least in part: its protective orders still have something to say. */
  readonly hasPosition?: true;
}

/** The disk did not take a record. Whatever was to follow it must not happen. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

/** From guess to fact. A fill may be heard of before the acknowledgement of its order, and stays a fill. */
const STRENGTH = ['NACK', 'NOT_SENT', 'SUBMITTED', 'PARTIAL', 'REJECTED', 'CANCELLED', 'FILLED', 'CLOSED'];
/** Filled and never said to be closed: their orders are still known, so that a late stop finds its delivery. */
const OPEN_POSITIONS = 1_000;
/** Signals that are over and still remembered. One lives for minutes, so this many outlast any repetition. */
const REMEMBERED = 10_000;
const LEG_SUFFIX = /-(?:S|\d)$/;

/**
 * What this executor has done, folded from its store. Every change is on disk before it is in here, so nobody acts on
 * what a crash would take back.
 */
export class Ledger {
  readonly #store: Store;
  readonly #entries = new Map<string, Entry>();
  readonly #over = new Set<string>();
  readonly #pending = new Map<string, { readonly signalId: string; readonly report: QueuedReport }>();
  readonly #refusedReports = new Map<string, LedgerRecord & { kind: 'reported' }>();
  readonly #signalByOrder = new Map<string, string>();

  private constructor(store: Store) {
    this.#store = store;
  }

  static async open(store: Store): Promise<Ledger> {
    const ledger = new Ledger(store);
    for (const record of await store.load()) ledger.#fold(record);
    await store.compact(ledger.#compacted());
    return ledger;
  }

  /** @throws StoreFailed: then it did not happen, as far as anybody may rely on it. */
  async write(record: LedgerRecord): Promise<void> {
    try {
      await this.#store.append(record);
    } catch (error) {
      throw new StoreFailed(wordsOf(error), { cause: error });
    }
    this.#fold(record);
  }

  /** For what is true whether or not the disk could take it: something that happened at the venue. */
  remember(record: LedgerRecord): void {
    this.#fold(record);
  }

  /** True when this signal was ever claimed here, and the claim neither refused nor given back. It is not to be claimed again. */
  hasTaken(signalId: string): boolean {
    const entry = this.#entries.get(signalId);
    return this.#over.has(signalId) || (entry !== undefined && entry.refused === undefined);
  }

  /** True when all that there was to say of it has been said. */
  isOver(signalId: string): boolean {
    return this.#over.has(signalId);
  }

  entry(signalId: string): Entry | undefined {
    return this.#entries.get(signalId);
  }

  /** Whose order that is, or whose protective leg. */
  entryOfOrder(clientOrderId: string): Entry | undefined {
    const signalId =
      this.#signalByOrder.get(clientOrderId) ?? this.#signalByOrder.get(clientOrderId.replace(LEG_SUFFIX, ''));
    return signalId === undefined ? undefined : this.#entries.get(signalId);
  }

  /** Orders that may be at the venue, and nobody here knows. */
  withoutOutcome(): readonly Entry[] {
    return [...this.#entries.values()].filter(({ submission, outcome }) => submission && outcome === undefined);
  }

  /** Claims of which nobody here knows whether they were granted. Nothing was sent for them. */
  openIntents(): readonly Intent[] {
    return [...this.#entries.values()].flatMap(({ intent, refused, submission, outcome }) =>
      intent === undefined || refused !== undefined || submission !== undefined || outcome !== undefined
        ? []
        : [intent],
    );
  }

  /** Entry orders that may still be filled. */
  restingEntries(): readonly Entry[] {
    return [...this.#entries.values()].filter(isResting);
  }

  pendingReports(): readonly QueuedReport[] {
    return [...this.#pending.values()].map(({ report }) => report);
  }

  /** Reports that the server will never take. Facts that nobody has: a person must look. */
  refusedReports(): readonly { readonly reportId: string; readonly code: string; readonly detail: string }[] {
    return [...this.#refusedReports.values()].map(({ reportId, refusal }) => ({ reportId, ...refusal! }));
  }

  #fold(record: LedgerRecord): void {
    switch (record.kind) {
      case 'intent':
        this.#entries.set(record.intent.signalId, { signalId: record.intent.signalId, intent: record.intent });
        return;
      case 'refused':
        this.#change(record.signalId, { refused: record.code });
        return;
      case 'submitting':
        this.#signalByOrder.set(record.submission.clientOrderId, record.signalId);
        this.#change(record.signalId, { submission: record.submission });
        return;
      case 'report': {
        const { body } = record.report;
        this.#pending.set(body.report_id, { signalId: record.signalId, report: record.report });
        // A stop that was filled says nothing about whether the entry is still resting.
        const isOfTheOrder = body.leg === 'ENTRY' || body.leg === 'CLOSE' || body.type === 'CLOSED';
        if (isOfTheOrder) this.#strengthen(record.signalId, body);
        return;
      }
      case 'outcome':
        this.#change(record.signalId, {
          outcome: record.outcome,
          ...(record.hasPosition ? { hasPosition: true } : {}),
        });
        return;
      case 'reported': {
        const signalId = this.#pending.get(record.reportId)?.signalId;
        this.#pending.delete(record.reportId);
        if (record.refusal !== undefined) this.#refusedReports.set(record.reportId, record);
        if (signalId !== undefined) this.#retire(signalId);
        return;
      }
      case 'over':
        for (const signalId of record.signalIds) this.#over.add(signalId);
    }
  }

  #strengthen(signalId: string, { type, leg, cum_qty: cumQty = 0, reason }: ReportBody): void {
    const known = this.#entries.get(signalId)?.outcome;
    // Said by the process that would have sent it, which looks once more after it has written down that it is about to.
    if (type === 'NACK' && reason === 'not_sent') this.#change(signalId, { givenBack: true });
    const isStronger = known === undefined || STRENGTH.indexOf(type) > STRENGTH.indexOf(known);
    const isFill = leg === 'ENTRY' && (type === 'PARTIAL' || type === 'FILLED' || cumQty > 0);
    this.#change(signalId, { ...(isStronger ? { outcome: type } : {}), ...(isFill ? { hasPosition: true } : {}) });
  }

  /** Forgets all but the id of a signal that is over and told. */
  #retire(signalId: string): void {
    const entry = this.#entries.get(signalId);
    if (entry === undefined || !isAtRest(entry)) return;
    const { submission } = entry;
    if ([...this.#pending.values()].some((queued) => queued.signalId === signalId)) return;
    this.#entries.delete(signalId);
    if (submission !== undefined) this.#signalByOrder.delete(submission.clientOrderId);
    if (entry.givenBack) return;
    this.#over.add(signalId);
    if (this.#over.size > REMEMBERED) for (const oldest of this.#over) return void this.#over.delete(oldest);
  }

  #change(signalId: string, change: Partial<Entry>): void {
    this.#entries.set(signalId, { ...this.#entries.get(signalId), signalId, ...change });
  }

  /** The fewest records that fold into the same: what is open in full, what is over by its id alone. */
  #compacted(): LedgerRecord[] {
    const open = [...this.#entries.values()].filter((entry) => entry.hasPosition && !isResting(entry));
    for (const { signalId } of open.slice(0, -OPEN_POSITIONS)) {
      this.#entries.delete(signalId);
      this.#over.add(signalId);
    }
    for (const { signalId, refused } of this.#entries.values())
      if (refused !== undefined) this.#entries.delete(signalId);
    return [
      { kind: 'over', signalIds: [...this.#over] },
      ...[...this.#entries.values()].flatMap((entry) => recordsOf(entry)),
      ...[...this.#pending.values()].map((queued) => ({ kind: 'report' as const, ...queued })),
      ...this.#refusedReports.values(),
    ];
  }
}

function recordsOf({ signalId, intent, refused, submission, outcome, hasPosition }: Entry): LedgerRecord[] {
  const records: LedgerRecord[] = [];
  if (intent !== undefined) records.push({ kind: 'intent', intent });
  if (refused !== undefined) records.push({ kind: 'refused', signalId, code: refused });
  if (submission !== undefined) records.push({ kind: 'submitting', signalId, submission });
  if (outcome !== undefined)
    records.push({ kind: 'outcome', signalId, outcome, ...(hasPosition ? { hasPosition } : {}) });
  return records;
}

/** Nothing more will come of it. */
function isAtRest({ outcome, hasPosition, submission }: Entry): boolean {
  if (outcome === undefined || outcome === 'SUBMITTED' || outcome === 'PARTIAL') return false;
  if (outcome === 'FILLED') return submission?.leg === 'CLOSE';
  return outcome === 'CLOSED' || !hasPosition;
}

function isResting({ submission, outcome }: Entry): boolean {
  return submission?.leg === 'ENTRY' && (outcome === 'SUBMITTED' || outcome === 'PARTIAL');
}

/** What is reported of a state that the venue told. */
export function reportOf(
  state: OrderState,
  { fence, session, epoch, leg: ownLeg }: Submission,
  reportId: string,
  latency: Readonly<Record<string, number>>,
): ReportBody {
  const { status, leg, orderId, cumQty, leavesQty, avgPrice, feeAsset, venueTime, clientOrderId, ...same } = state;
  return {
    report_id: reportId,
    session,
    epoch,
    fence,
    type: status,
    leg: leg ?? ownLeg,
    client_order_id: clientOrderId,
    ...same,
    ...(orderId === undefined ? {} : { order_id: orderId }),
    ...(cumQty === undefined ? {} : { cum_qty: cumQty }),
    ...(leavesQty === undefined ? {} : { leaves_qty: leavesQty }),
    ...(avgPrice === undefined ? {} : { avg_price: avgPrice }),
    ...(feeAsset === undefined ? {} : { fee_asset: feeAsset }),
    ...(venueTime === undefined ? {} : { venue_time: venueTime }),
    ...(Object.keys(latency).length === 0 ? {} : { latency }),
  };
}
