import { assert } from '../core/assert.ts';
import type { Effect } from '../core/engine/effect.ts';
import type { JournalBase } from './journal.ts';

/** Whatever is beyond one of the two limits may be dropped. */
export interface RetentionPolicy {
  /** At least this many of the newest signals are kept, unless they are older than `keepDays`. */
  readonly keepSignals: number;
  /** Days of market time, counted back from the newest effect. */
  readonly keepDays: number;
}

/** What retention needs to know of an effect. */
export interface EffectDigest {
  readonly seq: number;
  readonly kind: Effect['kind'];
  readonly signalId: string | undefined;
  /** `undefined` when no signal was issued. */
  readonly stampUs: number | undefined;
  /** Market time. */
  readonly atMs: number;
}

export const EMPTY_BASE: JournalBase = { seq: 0, lastStampUs: 0, signalsIssued: 0 };

const DAY_MS = 86_400_000;

/** A place where the journal may be cut: no signal was live after this effect. */
interface ClosedPoint extends JournalBase {
  /** The latest market time up to here. */
  readonly atMs: number;
}

export function digestOf(effect: Effect): EffectDigest {
  const { seq, kind } = effect;
  if (kind === 'signal_issued') {
    const { signalId, stampUs } = effect.signal;
    return { seq, kind, signalId, stampUs, atMs: Math.floor(stampUs / 1000) };
  }
  if (kind === 'signal_ended') return { seq, kind, signalId: effect.signalId, stampUs: undefined, atMs: effect.atMs };
  return { seq, kind, signalId: undefined, stampUs: undefined, atMs: effect.toMs };
}

/**
 * Where a journal may be cut, for every store alike. Only a whole prefix is dropped, and only where no signal was
 * live: an issued signal goes together with its end, so that what is kept never speaks of a signal that is gone.
 * While signals overlap without a pause, nothing can be dropped.
 *
 * Memory: the live signals, and one point per `grain` kept effects. Constant time per effect.
 */
export class Retention {
  readonly #policy: RetentionPolicy;
  readonly #grain: number;
  readonly #live = new Set<string>();
  #points: ClosedPoint[] = [];
  #base: JournalBase;
  #end: ClosedPoint;

  /** @param grain Effects between two places where a cut is considered: what a cut costs is spread over as many. */
  constructor(policy: RetentionPolicy, base: JournalBase = EMPTY_BASE, grain = 256) {
    assert(Number.isSafeInteger(policy.keepSignals) && policy.keepSignals >= 1, 'retention: keepSignals must be >= 1');
    assert(policy.keepDays > 0, 'retention: keepDays must be > 0');
    this.#policy = policy;
    this.#grain = grain;
    this.#base = base;
    this.#end = { ...base, atMs: 0 };
  }

  /** To be told of every kept effect, in order, once it is in the journal. */
  note(effect: EffectDigest): void {
    assert(effect.seq === this.#end.seq + 1, 'retention: effects must be told without a gap');
    const issued = effect.kind === 'signal_issued';
    if (issued) this.#live.add(String(effect.signalId));
    else if (effect.signalId !== undefined) this.#live.delete(effect.signalId);
    this.#end = {
      seq: effect.seq,
      lastStampUs: Math.max(this.#end.lastStampUs, effect.stampUs ?? 0),
      signalsIssued: this.#end.signalsIssued + (issued ? 1 : 0),
      atMs: Math.max(this.#end.atMs, effect.atMs),
    };
    const previousSeq = this.#points.at(-1)?.seq ?? this.#base.seq;
    if (this.#live.size === 0 && effect.seq - previousSeq >= this.#grain) this.#points.push(this.#end);
  }

  /**
   * What the base becomes when everything droppable is dropped, or `undefined` when nothing is. At most `effectsMax`
   * go at once, so that no single append waits for a long clean-up. Changes nothing: `cutTo` does.
   */
  cut(effectsMax = 8 * this.#grain): JournalBase | undefined {
    const oldestMs = this.#end.atMs - this.#policy.keepDays * DAY_MS;
    let found: ClosedPoint | undefined;
    for (const point of this.#points) {
      const surplus = this.#end.signalsIssued - point.signalsIssued >= this.#policy.keepSignals;
      if (!surplus && point.atMs >= oldestMs) break;
      if (found !== undefined && point.seq > this.#base.seq + effectsMax) break;
      found = point;
    }
    if (found === undefined) return undefined;
    return { seq: found.seq, lastStampUs: found.lastStampUs, signalsIssued: found.signalsIssued };
  }

  /** The store has dropped everything up to `base.seq`. */
  cutTo(base: JournalBase): void {
    this.#base = base;
    this.#points = this.#points.filter((point) => point.seq > base.seq);
  }
}
