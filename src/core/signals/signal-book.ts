import { assert } from '../assert.ts';
import type { Effect, SignalAmended, SignalIssued } from '../engine/effect.ts';
import type { Signal, SignalEnd } from './signal.ts';

/** The guide's numbers: how many live and how many past signals are shown. */
export const LIVE_SHOWN = 50;
export const HISTORY_SHOWN = 500;
/** How many issued stamps are remembered, so that a late acknowledgement is told from an invented one. */
const STAMPS_REMEMBERED = 100_000;

/** What must still be known of effects that are gone, so that nothing later contradicts them. Plain JSON. */
export interface SignalBookBase {
  /** The number of the last of them, 0 when nothing is gone. */
  readonly seq: number;
  /** The highest stamp they issued, 0 when none. */
  readonly lastStampUs: number;
  /** The latest market time that any of them speaks of, 0 when none does. */
  readonly latestMs: number;
  /** How many of them were `signal_issued`. */
  readonly signalsIssued: number;
  /** Those of them whose signal has not ended, in the order of `seq`: its end is still to come. */
  readonly open: readonly SignalIssued[];
  /** By symbol, the market time of its last signal: a cool-down may outlast the effect that began it. */
  readonly lastIssuedMs: Readonly<Record<string, number>>;
}

export const NOTHING_DROPPED: SignalBookBase = {
  seq: 0,
  lastStampUs: 0,
  latestMs: 0,
  signalsIssued: 0,
  open: [],
  lastIssuedMs: {},
};

export interface EndedSignal {
  readonly signal: Signal;
  readonly end: SignalEnd;
}

/**
 * All signals, as the effects tell them. The engine, the API and a restart fold the same effects through this class,
 * so none of them can know another story. Live means: not ended, and its time is not over.
 */
export class SignalBook {
  /** Not ended, in the order of stamps. Time may be over for some: whoever asks gives the time. */
  readonly #open: Signal[] = [];
  /** In the order of stamps, the last HISTORY_SHOWN. */
  readonly #ended: EndedSignal[] = [];
  readonly #stamps = new Set<number>();
  readonly #seqs = new Map<string, number>();
  readonly #lastIssuedMs = new Map<string, number>();
  #lastSeq: number;
  #newest: Signal | undefined;
  #newestEnded = false;
  #lastStampUs = 0;
  #latestMs: number;
  #issuedCount = 0;
  #endedCount = 0;

  /** @param base What is left of the effects before the first that will be applied: the book goes on from it. */
  constructor(base: SignalBookBase = NOTHING_DROPPED) {
    this.#lastSeq = base.seq;
    this.#lastStampUs = base.lastStampUs;
    this.#latestMs = base.latestMs;
    this.#issuedCount = base.signalsIssued;
    this.#endedCount = base.signalsIssued - base.open.length;
    for (const [symbol, timeMs] of Object.entries(base.lastIssuedMs)) this.#lastIssuedMs.set(symbol, timeMs);
    for (const { seq, signal } of base.open) {
      this.#open.push(signal);
      this.#seqs.set(signal.signalId, seq);
      this.#stamps.add(signal.stampUs);
      // The newest of all or none: where it has ended, an older one does not take its place.
      if (signal.stampUs === base.lastStampUs) this.#newest = signal;
    }
  }

  /** What a later book must know of all effects so far when they are dropped. */
  asBase(): SignalBookBase {
    return {
      seq: this.#lastSeq,
      lastStampUs: this.#lastStampUs,
      latestMs: this.#latestMs,
      signalsIssued: this.#issuedCount,
      open: this.#open.map((signal) => ({ seq: this.seqOf(signal.signalId), kind: 'signal_issued', signal })),
      lastIssuedMs: Object.fromEntries(this.#lastIssuedMs),
    };
  }

  /** A book that stands where this one stands and goes its own way from here. */
  copy(): SignalBook {
    const copy = new SignalBook();
    copy.#open.push(...this.#open);
    copy.#ended.push(...this.#ended);
    for (const stamp of this.#stamps) copy.#stamps.add(stamp);
    for (const [signalId, seq] of this.#seqs) copy.#seqs.set(signalId, seq);
    for (const [symbol, timeMs] of this.#lastIssuedMs) copy.#lastIssuedMs.set(symbol, timeMs);
    copy.#lastSeq = this.#lastSeq;
    copy.#newest = this.#newest;
    copy.#newestEnded = this.#newestEnded;
    copy.#lastStampUs = this.#lastStampUs;
    copy.#latestMs = this.#latestMs;
    copy.#issuedCount = this.#issuedCount;
    copy.#endedCount = this.#endedCount;
    return copy;
  }

  /** The latest market time that any effect speaks of, 0 before the first: nothing may begin before it. */
  get latestMs(): number {
    return this.#latestMs;
  }

  /** The number of the last effect, 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get issuedCount(): number {
    return this.#issuedCount;
  }

  get endedCount(): number {
    return this.#endedCount;
  }

  /** The highest stamp ever issued, 0 before the first. */
  get lastStampUs(): number {
    return this.#lastStampUs;
  }

  /** Every signal that has not ended, oldest first, whether or not its time is over. */
  get open(): readonly Signal[] {
    return this.#open;
  }

  /** Folds the next effect: effects are numbered without a gap. */
  apply(effect: Effect): void {
    assert(effect.seq === this.#lastSeq + 1, `signal book: effect ${effect.seq} does not follow ${this.#lastSeq}`);
    this.#lastSeq = effect.seq;
    if (effect.kind === 'signal_issued') this.#issue(effect.signal, effect.seq);
    else if (effect.kind === 'signal_ended') this.#end(effect.signalId, effect);
    else if (effect.kind === 'signal_amended') this.#amend(effect);
    if ('wallMs' in effect) this.#latestMs = Math.max(this.#latestMs, effect.atMs);
  }

  /** Oldest first, at most the newest LIVE_SHOWN. */
  live(nowMs: number): readonly Signal[] {
    return this.#open.filter((signal) => signal.expiresAtMs > nowMs).slice(-LIVE_SHOWN);
  }

  /** The newest signal of all, as long as it is live: an older one never takes its place. */
  latest(nowMs: number): Signal | undefined {
    return this.#newest !== undefined && !this.#newestEnded && this.#newest.expiresAtMs > nowMs
      ? this.#newest
      : undefined;
  }

  /** The last HISTORY_SHOWN signals that are no longer live, oldest first, each with how it ended. */
  history(nowMs: number): readonly EndedSignal[] {
    const overdue = this.#open
      .filter((signal) => signal.expiresAtMs <= nowMs)
      .map((signal) => ({ signal, end: expiryOf(signal) }));
    if (overdue.length === 0) return this.#ended;
    return [...this.#ended, ...overdue].sort((a, b) => a.signal.stampUs - b.signal.stampUs).slice(-HISTORY_SHOWN);
  }

  /** An open or shown past signal. */
  byStamp(stampUs: number): Signal | undefined {
    return (
      this.#open.find((signal) => signal.stampUs === stampUs) ??
      this.#ended.find(({ signal }) => signal.stampUs === stampUs)?.signal
    );
  }

  /** Whether a signal with this stamp was ever issued, as far back as the journal is kept. */
  knows(stampUs: number): boolean {
    return this.#stamps.has(stampUs);
  }

  /** Market time of the symbol's last signal, `undefined` before its first. */
  lastIssuedMs(symbol: string): number | undefined {
    return this.#lastIssuedMs.get(symbol);
  }

  /** The number of the effect that issued the signal. */
  seqOf(signalId: string): number {
    const seq = this.#seqs.get(signalId);
    assert(seq !== undefined, `signal book: ${signalId} is neither open nor in the history`);
    return seq;
  }

  #issue(signal: Signal, seq: number): void {
    assert(signal.stampUs > this.#lastStampUs, 'signal book: stamps must grow');
    this.#open.push(signal);
    this.#seqs.set(signal.signalId, seq);
    this.#lastIssuedMs.set(signal.symbol, Math.floor(signal.stampUs / 1000));
    this.#stamps.add(signal.stampUs);
    if (this.#stamps.size > STAMPS_REMEMBERED) {
      for (const oldest of this.#stamps) {
        this.#stamps.delete(oldest);
        break;
      }
    }
    this.#newest = signal;
    this.#newestEnded = false;
    this.#lastStampUs = signal.stampUs;
    this.#latestMs = Math.max(this.#latestMs, Math.ceil(signal.stampUs / 1000));
    this.#issuedCount += 1;
  }

  /** What a client reads of a live signal is what holds now. One that has ended is history. */
  #amend({ signalId, stopPrice, targetPrices }: SignalAmended): void {
    const index = this.#open.findIndex((signal) => signal.signalId === signalId);
    const before = this.#open[index];
    if (before === undefined) return;
    const signal = { ...before, stopPrice, targetPrices };
    this.#open[index] = signal;
    if (this.#newest === before) this.#newest = signal;
  }

  #end(signalId: string, end: SignalEnd): void {
    const index = this.#open.findIndex((signal) => signal.signalId === signalId);
    assert(index >= 0, `signal book: ${signalId} ended but was not open`);
    const [signal] = this.#open.splice(index, 1) as [Signal];
    if (this.#newest === signal) this.#newestEnded = true;
    this.#endedCount += 1;
    this.#latestMs = Math.max(this.#latestMs, end.atMs);
    let place = this.#ended.length;
    while (place > 0 && this.#ended[place - 1]!.signal.stampUs > signal.stampUs) place -= 1;
    this.#ended.splice(place, 0, { signal, end: { state: end.state, reason: end.reason, atMs: end.atMs } });
    if (this.#ended.length > HISTORY_SHOWN) this.#seqs.delete(this.#ended.shift()!.signal.signalId);
  }
}

/** How a signal ends when nobody ended it before its time was over. */
export function expiryOf(signal: Signal): SignalEnd {
  const lifeSeconds = (signal.expiresAtMs - signal.stampUs / 1000) / 1000;
  return {
    state: 'EXPIRED',
    reason: `not acknowledged within ${lifeSeconds.toFixed(1)} s`,
    atMs: Math.floor(signal.expiresAtMs),
  };
}
