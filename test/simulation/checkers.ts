import { Books } from '../../src/core/delivery/books.ts';
import { type Delivery, type DeliveryState, isOver } from '../../src/core/delivery/delivery.ts';
import { standingOf } from '../../src/core/delivery/delivery-state.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { Chance } from './chance.ts';
import type { Witness } from './witness.ts';

export type CheckerName =
  | 'acknowledged is kept'
  | 'seq has no gap'
  | 'stamps grow'
  | 'one grant'
  | 'one submission'
  | 'the holder is granted'
  | 'nothing is granted late'
  | 'nothing is submitted late'
  | 'same claim, same grant'
  | 'only allowed edges'
  | 'reports in any order'
  | 'one story'
  | 'at rest'
  | 'the venue agrees'
  | 'one kind of client'
  | 'nothing breaks';

export interface Violation {
  readonly checker: CheckerName;
  readonly detail: string;
}

export interface Evidence {
  /** What is on the server's disk at the end. */
  readonly effects: readonly Effect[];
  readonly witness: Witness;
  /** Signals that the producer was told are taken. */
  readonly published: readonly string[];
  /** Entry orders of which the venue has filled anything. */
  readonly filledEntries: readonly string[];
  /** What readers pieced together that is not what the journal says. */
  readonly stories?: (books: Books) => readonly string[];
}

/**
 * Where a delivery may go from where it is. Reports come in any order, so a fact may overtake another: any state of doubt
 * or guess gives way to any fact, and only CLOSED follows FILLED.
 */
const FACTS: readonly DeliveryState[] = ['WORKING', 'PARTIAL', 'FILLED', 'CLOSED', 'REJECTED', 'CANCELLED'];
const GUESSES: readonly DeliveryState[] = ['DECLINED', 'NOT_SENT', 'IN_DOUBT'];
const EDGES: Readonly<Record<DeliveryState, readonly DeliveryState[]>> = {
  OFFERED: ['SHOWN', 'CLAIMED', 'EXPIRED', 'CANCELLED', 'HALTED', 'ACKED_LEGACY'],
  SHOWN: ['ACKED_LEGACY', 'EXPIRED', 'CANCELLED'],
  // Given back, it is offered again, or has the end that its offer had meanwhile.
  CLAIMED: [...FACTS, ...GUESSES, 'OFFERED', 'EXPIRED', 'HALTED'],
  WORKING: ['PARTIAL', 'FILLED', 'CLOSED', 'REJECTED', 'CANCELLED', 'IN_DOUBT'],
  PARTIAL: ['FILLED', 'CLOSED', 'IN_DOUBT'],
  IN_DOUBT: [...FACTS, 'DECLINED', 'NOT_SENT'],
  FILLED: ['CLOSED'],
  DECLINED: FACTS,
  NOT_SENT: [...FACTS, 'DECLINED'],
  REJECTED: ['FILLED', 'CLOSED'],
  CANCELLED: ['FILLED', 'CLOSED', 'REJECTED'],
  CLOSED: [],
  EXPIRED: [],
  HALTED: [],
  ACKED_LEGACY: [],
};

/** Everything that must hold of a world that has come to rest. */
export function check(
  evidence: Evidence,
  chance: Chance,
  standing: typeof standingOf = standingOf,
): { readonly violations: readonly Violation[]; readonly books: Books | undefined } {
  const violations: Violation[] = [];
  const complain = (checker: CheckerName, detail: string): void => void violations.push({ checker, detail });
  const books = checkJournal(evidence.effects, complain);
  checkPromises(evidence, complain);
  checkSubmissions(evidence.witness, complain);
  for (const detail of evidence.witness.grantsDenied) complain('same claim, same grant', detail);
  if (books !== undefined) {
    for (const detail of evidence.stories?.(books) ?? []) complain('one story', detail);
    checkRest(books, evidence, complain);
    checkOrderOfReports(books, chance, standing, complain);
  }
  return { violations, books };
}

type Complain = (checker: CheckerName, detail: string) => void;

/** @returns what the journal tells, unless it cannot be read */
function checkJournal(effects: readonly Effect[], complain: Complain): Books | undefined {
  const gap = effects.findIndex(({ seq }, index) => seq !== index + 1);
  if (gap >= 0) {
    complain('seq has no gap', `${effects[gap]!.seq} is in the place of ${gap + 1}`);
    return undefined;
  }
  const books = new Books();
  let lastStampUs = 0;
  /** Grants that were not given back, kept apart from the books: those could be wrong about it. */
  const standing = new Map<string, number>();
  for (const effect of effects) {
    if (effect.kind === 'signal_issued') {
      const { stampUs } = effect.signal;
      if (stampUs <= lastStampUs) {
        complain('stamps grow', `${stampUs} follows ${lastStampUs}`);
        return undefined;
      }
      lastStampUs = stampUs;
    }
    if (effect.kind === 'delivery_claimed') {
      const where = `${effect.signalId}.${effect.account}`;
      const before = standing.get(where);
      if (before !== undefined) complain('one grant', `${where}: ${effect.seq} while ${before} stands`);
      standing.set(where, effect.seq);
      checkGrant(effect, books, complain);
    }
    if (effect.kind === 'delivery_reported' && effect.reoffered) standing.delete(effect.deliveryId);
    const touched = touchedBy(effect);
    const before =
      touched.length === 0 ? deliveriesOf(effect, books) : touched.map((id) => books.deliveries.delivery(id));
    books.apply(effect);
    for (const delivery of before) {
      if (delivery === undefined) continue;
      const after = books.deliveries.delivery(delivery.deliveryId)!;
      if (after.state === delivery.state || EDGES[delivery.state].includes(after.state)) continue;
      complain(
        'only allowed edges',
        `${delivery.deliveryId}: ${delivery.state} to ${after.state} by ${effect.kind} ${effect.seq}`,
      );
    }
  }
  return books;
}

function touchedBy(effect: Effect): readonly string[] {
  if ('deliveryId' in effect) return [effect.deliveryId];
  return effect.kind === 'delivery_claimed' ? [`${effect.signalId}.${effect.account}`] : [];
}

/** Of effects that may move several at once. */
function deliveriesOf(effect: Effect, { deliveries }: Books): readonly Delivery[] {
  if (effect.kind === 'signal_ended') return [...(deliveries.instruction(effect.signalId)?.deliveries.values() ?? [])];
  if (effect.kind !== 'account_halted' && effect.kind !== 'session_ended' && effect.kind !== 'session_opened')
    return [];
  return deliveries.unsettled.flatMap((instruction) => [...instruction.deliveries.values()]);
}

function checkGrant(
  effect: Extract<Effect, { kind: 'delivery_claimed' }>,
  { deliveries }: Books,
  complain: Complain,
): void {
  const { account, atMs, epoch, sessionId, signalId } = effect;
  const instruction = deliveries.instruction(signalId);
  const where = `${signalId} on ${account}`;
  const delivery = instruction?.deliveries.get(account);
  const holder = deliveries.account(account)?.session;
  if (holder?.sessionId !== sessionId || holder.epoch !== epoch) {
    complain('the holder is granted', `${where}: ${sessionId} is granted, ${holder?.sessionId ?? 'nobody'} holds it`);
  }
  if (instruction?.intent !== 'ENTRY') return;
  const { end } = instruction;
  // The paper venue trades what is over on the routed account, as long as there is time.
  const isOver = end !== undefined && !(account === 'paper' && /^(EXHAUSTED|ACKED_LEGACY)$/.test(end.state));
  if (atMs >= instruction.signal.expiresAtMs || isOver) {
    complain('nothing is granted late', `${where}: ${end?.state ?? 'expired'} before it was granted`);
  }
  if (delivery?.facts.shown === true) complain('one kind of client', `${where}: granted after it was shown`);
}

function checkPromises({ effects, witness }: Evidence, complain: Complain): void {
  const reports = new Set<string>();
  const sessions = new Set<string>();
  const shown = new Set<string>();
  const signals = new Set<string>();
  for (const effect of effects) {
    if (effect.kind === 'delivery_reported') reports.add(effect.report.reportId);
    if (effect.kind === 'session_opened') sessions.add(`${effect.sessionId} ${effect.epoch}`);
    if (effect.kind === 'delivery_shown') shown.add(effect.deliveryId.slice(0, effect.deliveryId.indexOf('.')));
    if (effect.kind === 'signal_issued') signals.add(effect.signal.signalId);
  }
  for (const promise of witness.promises) {
    switch (promise.what) {
      case 'signal':
        if (!signals.has(promise.id)) complain('acknowledged is kept', `signal ${promise.id}`);
        break;
      case 'grant': {
        const effect = effects[promise.fence - 1];
        const isKept = effect?.kind === 'delivery_claimed' && effect.clientOrderId === promise.clientOrderId;
        if (!isKept) complain('acknowledged is kept', `grant ${promise.fence}`);
        break;
      }
      case 'report':
        if (!reports.has(promise.id)) complain('acknowledged is kept', `report ${promise.id}`);
        break;
      case 'session':
        if (!sessions.has(`${promise.id} ${promise.epoch}`)) complain('acknowledged is kept', `session ${promise.id}`);
        break;
      case 'shown':
        if (!shown.has(promise.id)) complain('acknowledged is kept', `shown ${promise.id}`);
        break;
      case 'event':
        if (eventOf(effects[promise.seq - 1]) !== promise.type) {
          complain('acknowledged is kept', `event ${promise.seq} was ${promise.type}`);
        }
    }
  }
}

function eventOf(effect: Effect | undefined): string | undefined {
  if (effect === undefined) return undefined;
  return effect.kind === 'session_ended' && effect.released === true ? 'session.ended' : EVENT_OF[effect.kind];
}

const EVENT_OF: Readonly<Record<Effect['kind'], string>> = {
  signal_issued: 'signal.issued',
  close_issued: 'signal.issued',
  signal_amended: 'signal.amended',
  signal_ended: 'signal.ended',
  cancel_requested: 'signal.ended',
  session_opened: 'session.opened',
  session_ended: 'account.stale',
  account_halted: 'account.halted',
  account_resumed: 'account.resumed',
  delivery_shown: 'delivery.shown',
  delivery_claimed: 'delivery.claimed',
  delivery_reported: 'delivery.reported',
  delivery_withdrawn: 'delivery.withdrawn',
  delivery_doubted: 'delivery.in_doubt',
  delivery_resolved: 'delivery.resolved',
  gap_recorded: 'market.gap',
  risk_changed: 'risk.changed',
  day_turned: 'risk.day',
  notices_muted: 'notices.muted',
};

function checkSubmissions({ overAtMs, readByGuide, submissions }: Witness, complain: Complain): void {
  const seen = new Map<string, string>();
  for (const { signalId, account, leg, who, lookedMs } of submissions) {
    const what = `${signalId} ${account} ${leg}`;
    const before = seen.get(what);
    if (before !== undefined) complain('one submission', `${what}: by ${before} and by ${who}`);
    seen.set(what, who);
    const overMs = overAtMs.get(signalId);
    if (leg === 'ENTRY' && overMs !== undefined && lookedMs > overMs) {
      complain('nothing is submitted late', `${what}: ${(lookedMs - overMs).toFixed(1)} ms after its time`);
    }
    if (account === 'default' && readByGuide.has(signalId)) {
      complain('one kind of client', `${signalId} was read by a client of the guide and sent by ${who}`);
    }
  }
}

function checkRest({ deliveries }: Books, { filledEntries, published }: Evidence, complain: Complain): void {
  const denied: readonly DeliveryState[] = ['REJECTED', 'CANCELLED', 'DECLINED', 'NOT_SENT', 'EXPIRED', 'HALTED'];
  const filled = new Set(filledEntries);
  for (const id of published) {
    if (deliveries.instruction(id) === undefined) complain('at rest', `${id} was taken and is not known`);
  }
  for (const { id, intent, end, deliveries: ways } of deliveries.instructions) {
    if (intent === 'ENTRY' && (end === undefined || end.reason === '')) complain('at rest', `${id} has no end`);
    for (const { deliveryId, state, reason, facts } of ways.values()) {
      const rests = reason !== '' && (state === 'IN_DOUBT' || isOver({ state }));
      if (!rests) complain('at rest', `${deliveryId} is ${state}`);
      const isFilled = facts.grants.some(({ clientOrderId }) => filled.has(clientOrderId));
      if (isFilled && denied.includes(state)) complain('the venue agrees', `${deliveryId} is ${state} and was filled`);
      if (facts.shown && facts.grants.length > 0) complain('one kind of client', `${deliveryId} was shown and granted`);
    }
  }
}

function checkOrderOfReports(
  { deliveries }: Books,
  chance: Chance,
  standing: typeof standingOf,
  complain: Complain,
): void {
  for (const { intent, deliveries: ways } of deliveries.instructions) {
    for (const { deliveryId, facts, state, reason } of ways.values()) {
      if (facts.reports.length < 2) continue;
      const reports = chance.shuffled([...facts.reports, chance.pick(facts.reports)]);
      const other = standing({ ...facts, reports }, intent);
      if (other.state !== state || other.reason !== reason) {
        complain('reports in any order', `${deliveryId} is ${state}, and ${other.state} in another order`);
      }
    }
  }
}
