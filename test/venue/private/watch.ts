import type { Account } from './account.ts';

/** The venue looks every 10 ms; a longer pause is one of the whole process. */
const COUNTED_MS_MAX = 50;

/**
 * What is true of the account, whatever anybody was told: how long a position stood without a stop for all of it, and how long an
 * exit waited without a position.
 */
export class AccountWatch {
  /**
   * Milliseconds in which somebody was there to do something. Venue and executor share a process in the tests: what the machine takes from
   * both at once is not counted. A stop that was triggered protects until its order has ended.
   */
  nakedMsMax = 0;
  /** By the machine's clock, with the time in which nobody was. */
  nakedMsMaxInAll = 0;
  isAttended = true;
  #countedMs = 0;
  #lookedMs: number | undefined;
  orphanMsMax = 0;
  readonly #account: Account;
  readonly #hostMs: () => number;
  readonly #nakedSince = new Map<string, number>();
  readonly #nakedSinceInAll = new Map<string, number>();
  readonly #orphanSince = new Map<string, number>();

  constructor(account: Account, hostMs: () => number) {
    this.#account = account;
    this.#hostMs = hostMs;
  }

  /** Called after everything that happens, and as time goes by. */
  look(): void {
    const nowMs = this.#hostMs();
    this.#countedMs += Math.min(nowMs - (this.#lookedMs ?? nowMs), COUNTED_MS_MAX);
    this.#lookedMs = nowMs;
    const account = this.#account;
    const symbols = new Set([...account.positions.keys(), ...account.algos.slice(-50).map(({ symbol }) => symbol)]);
    for (const symbol of symbols) {
      const { amount } = account.position(symbol);
      const exitSide = amount > 0 ? 'SELL' : 'BUY';
      const waiting = account.openAlgos(symbol);
      let covered = 0;
      for (const { type, side, quantity, closePosition } of waiting) {
        if (type === 'STOP_MARKET' && side === exitSide) covered += closePosition ? Math.abs(amount) : quantity;
      }
      for (const { side, reduceOnly, quantity, executed } of account.openOrders(symbol)) {
        if (reduceOnly && side === exitSide) covered += quantity - executed;
      }
      const isNaked = covered < Math.abs(amount) - 1e-9;
      const attendedMs = this.#since(this.#nakedSince, symbol, isNaked && this.isAttended, this.#countedMs);
      this.nakedMsMax = Math.max(this.nakedMsMax, attendedMs);
      this.nakedMsMaxInAll = Math.max(this.nakedMsMaxInAll, this.#since(this.#nakedSinceInAll, symbol, isNaked, nowMs));
      this.orphanMsMax = Math.max(
        this.orphanMsMax,
        this.#since(this.#orphanSince, symbol, amount === 0 && waiting.length > 0, nowMs),
      );
    }
  }

  #since(began: Map<string, number>, symbol: string, isSo: boolean, nowMs: number): number {
    if (!isSo) {
      // What lasted until now lasted until now.
      const lasted = nowMs - (began.get(symbol) ?? nowMs);
      began.delete(symbol);
      return lasted;
    }
    const since = began.get(symbol) ?? nowMs;
    began.set(symbol, since);
    return nowMs - since;
  }
}
