import type { MarketEvent } from '../engine/event.ts';

/** One thing that speaks against the data, as health shows it. */
export interface StandingDoubt {
  readonly reason: string;
  /** Exchange time, UTC milliseconds. */
  readonly sinceMs: number;
  /** The instruments it concerns; `undefined` for all of them. */
  readonly symbols: readonly string[] | undefined;
}

/**
 * What speaks against acting on the data just now, by instrument and for all of them together. The engine is told when
 * the first reason comes and when the last has gone; health sees every reason with since when it stands.
 */
export class Doubts {
  readonly #deliver: (event: MarketEvent) => void;
  readonly #bySymbol = new Map<string | undefined, Map<string, number>>();
  /** How often each reason came up, since the start. */
  readonly counts: Record<string, number> = {};

  constructor(deliver: (event: MarketEvent) => void) {
    this.#deliver = deliver;
  }

  /** How many single instruments are in doubt. */
  get symbolCount(): number {
    return this.#bySymbol.size - (this.#bySymbol.has(undefined) ? 1 : 0);
  }

  has(symbol: string | undefined, reason: string): boolean {
    return this.#bySymbol.get(symbol)?.has(reason) === true;
  }

  /** @param nowMs exchange time */
  set(symbol: string | undefined, reason: string, stands: boolean, nowMs: number): void {
    if (stands) this.#raise(symbol, reason, nowMs);
    else this.#clear(symbol, reason, nowMs);
  }

  /** The instrument is not watched any more: nothing can be said against it. */
  forget(symbol: string): void {
    this.#bySymbol.delete(symbol);
  }

  /** Oldest first; instruments that share a reason are one row, since the first of them. */
  get standing(): readonly StandingDoubt[] {
    const rows = new Map<string, { sinceMs: number; symbols: string[] | undefined }>();
    for (const [symbol, reasons] of this.#bySymbol) {
      for (const [reason, sinceMs] of reasons) {
        const key = symbol === undefined ? `all ${reason}` : reason;
        const row = rows.get(key) ?? { sinceMs, symbols: symbol === undefined ? undefined : [] };
        row.sinceMs = Math.min(row.sinceMs, sinceMs);
        if (symbol !== undefined) row.symbols?.push(symbol);
        rows.set(key, row);
      }
    }
    return [...rows]
      .map(([key, { sinceMs, symbols }]) => ({ reason: symbols === undefined ? key.slice(4) : key, sinceMs, symbols }))
      .sort((a, b) => a.sinceMs - b.sinceMs);
  }

  #raise(symbol: string | undefined, reason: string, nowMs: number): void {
    const reasons = this.#bySymbol.get(symbol) ?? new Map<string, number>();
    if (reasons.has(reason)) return;
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    reasons.set(reason, nowMs);
    this.#bySymbol.set(symbol, reasons);
    if (reasons.size === 1) this.#deliver({ kind: 'doubt', symbol, eventTimeMs: nowMs, reason });
  }

  #clear(symbol: string | undefined, reason: string, nowMs: number): void {
    const reasons = this.#bySymbol.get(symbol);
    if (reasons?.delete(reason) !== true) return;
    if (reasons.size > 0) return;
    this.#bySymbol.delete(symbol);
    this.#deliver({ kind: 'doubt', symbol, eventTimeMs: nowMs, reason: undefined });
  }
}
