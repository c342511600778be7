import type { FileStore } from '../../client/file-store.ts';
import type { LedgerRecord } from '../../client/ledger.ts';
import type { Store } from '../../client/ports.ts';
import type { BracketPlan } from './bracket.ts';

/** A CLOSE instruction that may have left for the venue. */
export interface ClosePlan {
  readonly clientOrderId: string;
  /** Of the entry whose position it takes off. */
  readonly entryId: string;
}

export type BracketRecord =
  | { readonly kind: 'bracket'; readonly plan: BracketPlan }
  | { readonly kind: 'close'; readonly plan: ClosePlan }
  | { readonly kind: 'over'; readonly clientOrderId: string };

/** Brackets that are over and still known: whoever was killed before the report of their end asks for them. */
const REMEMBERED = 500;

/** What was decided on and not yet granted: by signal. */
export type Intended =
  | { readonly kind: 'bracket'; readonly plan: Omit<BracketPlan, 'clientOrderId' | 'plannedMs'> }
  | { readonly kind: 'close'; readonly entryId: string };

/**
 * Keeps what protects an entry beside the executor's own memory. The executor writes down that an order leaves, and looks once
 * more before it does; whatever is on disk by then is on disk in time, so the bracket goes with that line and costs no wait of its own
 * between the look and the order.
 */
export class BracketFiles implements Store {
  readonly #ledger: Store;
  readonly #brackets: FileStore<BracketRecord>;
  readonly #nowMs: () => number;
  readonly #intended = new Map<string, Intended>();
  /** Told of what is on disk. */
  onPlanned: ((record: BracketRecord) => void) | undefined;

  constructor(ledger: Store, brackets: FileStore<BracketRecord>, nowMs: () => number) {
    this.#ledger = ledger;
    this.#brackets = brackets;
    this.#nowMs = nowMs;
  }

  /** Everything that is remembered, oldest first. Once, before anything else. */
  async open(): Promise<readonly BracketRecord[]> {
    const records = await this.#brackets.load();
    const over = records.flatMap((record) => (record.kind === 'over' ? [record.clientOrderId] : []));
    const forgotten = new Set(over.slice(0, -REMEMBERED));
    const left = records.filter((record) => !forgotten.has(entryOf(record)));
    await this.#brackets.compact(left);
    return left;
  }

  intend(signalId: string, intended: Intended): void {
    this.#intended.set(signalId, intended);
    // What is never granted is forgotten in its turn.
    if (this.#intended.size > 1_000)
      for (const oldest of this.#intended.keys()) return void this.#intended.delete(oldest);
  }

  async over(clientOrderId: string): Promise<void> {
    await this.#brackets.append({ kind: 'over', clientOrderId });
  }

  load(): Promise<readonly LedgerRecord[]> {
    return this.#ledger.load();
  }

  async append(record: LedgerRecord): Promise<void> {
    if (record.kind !== 'submitting') return this.#ledger.append(record);
    const intended = this.#intended.get(record.signalId);
    this.#intended.delete(record.signalId);
    const planned =
      intended === undefined ? undefined : recordOf(intended, record.submission.clientOrderId, this.#nowMs());
    await Promise.all([this.#ledger.append(record), planned && this.#brackets.append(planned)]);
    if (planned !== undefined) this.onPlanned?.(planned);
  }

  compact(records: readonly LedgerRecord[]): Promise<void> {
    return this.#ledger.compact(records);
  }
}

function entryOf(record: BracketRecord): string {
  if (record.kind === 'over') return record.clientOrderId;
  return record.kind === 'bracket' ? record.plan.clientOrderId : record.plan.entryId;
}

function recordOf(intended: Intended, clientOrderId: string, plannedMs: number): BracketRecord {
  if (intended.kind === 'close') return { kind: 'close', plan: { clientOrderId, entryId: intended.entryId } };
  return { kind: 'bracket', plan: { ...intended.plan, clientOrderId, plannedMs } };
}
