import type { MarketEvent } from '../engine/event.ts';

/** One thing that speaks against the data, as health shows it. */
export interface StandingDoubt {
  readonly reason: string;
  /** Exchange time, UTC milliseconds. */
  readonly sinceMs: number;
  /** The instruments it concerns; `undefined` for all of them. */
  readonly symbols: readonly string[] | undefined;
}

interface Doubted {
  /** Since when, by reason. */
  readonly reasons: Map<string, number>;
  /** When the last reason went; the engine hears of it when the decisions about the time before are made. */
  clearedMs: number;
}

/**
 * What speaks against acting on the data just now, by instrument and for all of them together. The engine is told at once
 * when the first reason comes, and that the last has gone only when every second in which it stood has been decided on.
 * Health sees every reason with since when it stands. Times are exchange time.
 */
export class Doubts {
  readonly #deliver: (event: MarketEvent) => void;
  readonly #doubted = new Map<string | undefined, Doubted>();
  /** How often each reason came up, since the start. */
  readonly counts: Record<string, number> = {};

  constructor(deliver: (event: MarketEvent) => void) {
    this.#deliver = deliver;
  }

  /** How many single instruments are in doubt. */
  get symbolCount(): number {
    return this.#doubted.size - (this.#doubted.has(undefined) ? 1 : 0);
  }

  has(symbol: string | undefined, reason: string): boolean {
    return this.#doubted.get(symbol)?.reasons.has(reason) === true;
  }

  set(symbol: string | undefined, reason: string, stands: boolean, nowMs: number): void {
    if (stands) this.#raise(symbol, reason, nowMs);
    else this.#clear(symbol, reason, nowMs);
  }

  /** Every second before `closedMs` has been decided on. */
  settle(closedMs: number): void {
    for (const [symbol, { reasons, clearedMs }] of this.#doubted) {
      if (reasons.size > 0 || clearedMs > closedMs) continue;
      this.#doubted.delete(symbol);
      this.#deliver({ kind: 'doubt', symbol, eventTimeMs: clearedMs, reason: undefined });
    }
  }

  /** The instrument is not watched any more: nothing can be said against it. */
  forget(symbol: string): void {
    this.#doubted.delete(symbol);
  }

  /** Oldest first; instruments that share a reason are one row, since the first of them. */
  get standing(): readonly StandingDoubt[] {
    const rows = new Map<string, { reason: string; sinceMs: number; symbols: string[] | undefined }>();
    for (const [symbol, { reasons }] of this.#doubted) {
      for (const [reason, sinceMs] of reasons) {
        const key = `${symbol === undefined} ${reason}`;
        const row = rows.get(key) ?? { reason, sinceMs, symbols: symbol === undefined ? undefined : [] };
        row.sinceMs = Math.min(row.sinceMs, sinceMs);
        if (symbol !== undefined) row.symbols?.push(symbol);
        rows.set(key, row);
      }
    }
    return [...rows.values()].sort((a, b) => a.sinceMs - b.sinceMs);
  }

  #raise(symbol: string | undefined, reason: string, nowMs: number): void {
    let doubted = this.#doubted.get(symbol);
    if (doubted?.reasons.has(reason) === true) return;
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    if (doubted === undefined) {
      doubted = { reasons: new Map(), clearedMs: nowMs };
      this.#doubted.set(symbol, doubted);
      this.#deliver({ kind: 'doubt', symbol, eventTimeMs: nowMs, reason });
    }
    doubted.reasons.set(reason, nowMs);
  }

  #clear(symbol: string | undefined, reason: string, nowMs: number): void {
    const doubted = this.#doubted.get(symbol);
    if (doubted?.reasons.delete(reason) === true) doubted.clearedMs = nowMs;
  }
}
