import { assert } from '../core/assert.ts';
import { Books, EMPTY_BASE } from '../core/delivery/books.ts';
import type { Effect } from '../core/engine/effect.ts';
import type { JournalBase } from './journal.ts';

/** Whatever is beyond one of the two limits may be dropped. */
export interface RetentionPolicy {
  /** At least this many of the newest signals are kept, unless they are older than `keepDays`. */
  readonly keepSignals: number;
  /** Days of market time, counted back from the newest effect. */
  readonly keepDays: number;
}

/** What is known of an effect without reading its text. */
export interface EffectDigest {
  readonly seq: number;
  readonly kind: Effect['kind'];
  readonly signalId: string | undefined;
  /** `undefined` when no signal was issued. */
  readonly stampUs: number | undefined;
  /** Market time. */
  readonly atMs: number;
}

const DAY_MS = 86_400_000;

/** A place where the journal may be cut: after the effect `seq`. */
interface CutPoint {
  readonly seq: number;
  /** Up to here, dropped ones included. */
  readonly signalsIssued: number;
  /** The latest market time up to here. */
  readonly atMs: number;
}

export function digestOf(effect: Effect): EffectDigest {
  const { seq, kind } = effect;
  if (kind === 'signal_issued') {
    const { signalId, stampUs } = effect.signal;
    return { seq, kind, signalId, stampUs, atMs: Math.floor(stampUs / 1000) };
  }
  const atMs = effect.kind === 'gap_recorded' ? effect.toMs : effect.atMs;
  return { seq, kind, signalId: 'signalId' in effect ? effect.signalId : undefined, stampUs: undefined, atMs };
}

/** What is left when the effects `dropped`, which follow `base` without a gap, are gone as well. */
export function baseAfter(base: JournalBase, dropped: Iterable<Effect>): JournalBase {
  const books = new Books(base);
  for (const effect of dropped) books.apply(effect);
  return books.asBase();
}

/**
 * Where a journal is cut, for every store alike. Only a whole prefix is dropped. What it leaves open is carried on in
 * the base, so that signals may overlap without a pause: of a dropped prefix stay its open signals, one per symbol at
 * most, one time per symbol, and every delivery of which something is still expected.
 *
 * Memory: one point per `grain` kept effects. Constant time per effect.
 */
export class Retention {
  readonly #policy: RetentionPolicy;
  readonly #grain: number;
  #points: CutPoint[] = [];
  #baseSeq: number;
  #end: CutPoint;

  /** @param grain Effects between two places where a cut is considered: what a cut costs is spread over as many. */
  constructor(policy: RetentionPolicy, base: JournalBase = EMPTY_BASE, grain = 256) {
    assert(Number.isSafeInteger(policy.keepSignals) && policy.keepSignals >= 1, 'retention: keepSignals must be >= 1');
    assert(policy.keepDays > 0, 'retention: keepDays must be > 0');
    this.#policy = policy;
    this.#grain = grain;
    this.#baseSeq = base.seq;
    this.#end = { seq: base.seq, signalsIssued: base.signalsIssued, atMs: base.latestMs };
  }

  /** To be told of every kept effect, in order, once it is in the journal. */
  note(effect: EffectDigest): void {
    assert(effect.seq === this.#end.seq + 1, 'retention: effects must be told without a gap');
    this.#end = {
      seq: effect.seq,
      signalsIssued: this.#end.signalsIssued + (effect.kind === 'signal_issued' ? 1 : 0),
      atMs: Math.max(this.#end.atMs, effect.atMs),
    };
    const previousSeq = this.#points.at(-1)?.seq ?? this.#baseSeq;
    if (effect.seq - previousSeq >= this.#grain) this.#points.push(this.#end);
  }

  /**
   * The last `seq` to drop when everything droppable is dropped, or `undefined` when nothing is. At most `effectsMax`
   * go at once, so that no single append waits for a long clean-up. Changes nothing: `cutTo` does.
   */
  cut(effectsMax = 8 * this.#grain): number | undefined {
    const oldestMs = this.#end.atMs - this.#policy.keepDays * DAY_MS;
    let found: number | undefined;
    for (const { seq, signalsIssued, atMs } of this.#points) {
      const surplus = this.#end.signalsIssued - signalsIssued >= this.#policy.keepSignals;
      if (!surplus && atMs >= oldestMs) break;
      if (found !== undefined && seq > this.#baseSeq + effectsMax) break;
      found = seq;
    }
    return found;
  }

  /** The store has dropped everything up to `seq`. */
  cutTo(seq: number): void {
    this.#baseSeq = seq;
    this.#points = this.#points.filter((point) => point.seq > seq);
  }
}
