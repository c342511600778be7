import type { Books } from '../../src/core/delivery/books.ts';
import type { Effect } from '../../src/core/engine/effect.ts';
import type { Engine } from '../../src/core/engine/engine.ts';
import type { TradingSettings } from '../../src/core/engine/settings.ts';
import { DAY_MS } from '../../src/core/market/timeframe.ts';
import type { RiskState } from '../../src/core/risk/risk-book.ts';
import type { DayMarket } from './day-market.ts';

/** Money and quantities of one paper position, fill by fill: bought and sold for cash, nothing averaged. */
interface Cash {
  readonly symbol: string;
  readonly away: 1 | -1;
  qty: number;
  cash: number;
  closedCount: number;
}

/**
 * Keeps its own account of the paper venue, from the fills alone and in another way than the product: cash goes out and comes
 * in, and what is left is worth what it could be sold for. The product's profit, risk states and closes are held against it.
 */
export class Shadow {
  readonly #settings: TradingSettings;
  readonly #sides = new Map<string, { readonly symbol: string; readonly away: 1 | -1 }>();
  readonly #positions = new Map<string, Cash>();
  /** Those of them on paper that are open. */
  readonly #open = new Set<Cash>();
  readonly #markets = new Map<string, DayMarket>();
  /** Whose price the process can know: none when it begins. */
  readonly #seen = new Set<string>();
  readonly #complain: (what: string) => void;
  riskFaults = 0;
  #cash = 0;
  #dayMs = 0;
  #dayNet = 0;
  #mode = 'ACTIVE';
  doubleCloses = 0;
  /** Round trips whose cash and whose profit differ, BT-1. */
  readonly #trips = new Map<string, number>();

  /** @param complain Told of every fault, as it is found. */
  constructor(settings: TradingSettings, complain: (what: string) => void) {
    this.#settings = settings;
    this.#complain = complain;
  }

  price(market: DayMarket): void {
    this.#markets.set(market.instrument.symbol, market);
  }

  /** The process has seen this market. */
  see(symbol: string): void {
    this.#seen.add(symbol);
  }

  /** It does not watch it any more, or, without one, is gone itself. */
  leave(symbol?: string): void {
    if (symbol === undefined) this.#seen.clear();
    else this.#seen.delete(symbol);
  }

  hear(effect: Effect): void {
    if (effect.kind === 'signal_issued') {
      const { signalId, symbol, side } = effect.signal;
      this.#sides.set(signalId, { symbol, away: side === 'buy' ? 1 : -1 });
      if (this.#isBlind) this.#riskFault(`${signalId} was issued while the price of an open position was not known`);
    } else if (effect.kind === 'risk_changed') {
      this.#mode = effect.mode;
      if (effect.mode === 'ACTIVE' && effect.rule === 'operator') this.#dayNet = this.#net();
    } else if (effect.kind === 'delivery_reported') this.#report(effect);
  }

  #report({ deliveryId, report }: Extract<Effect, { kind: 'delivery_reported' }>): void {
    const [signalId = '', account] = deliveryId.split('.');
    const side = this.#sides.get(signalId);
    if (side === undefined) return;
    const position = this.#positions.get(deliveryId) ?? { ...side, qty: 0, cash: 0, closedCount: 0 };
    this.#positions.set(deliveryId, position);
    if (report.type === 'CLOSED') {
      position.closedCount += 1;
      if (position.closedCount > 1) this.#doubleClose(`${deliveryId} was told closed ${position.closedCount} times`);
    }
    if (account !== 'paper' || (report.type !== 'FILLED' && report.type !== 'PARTIAL')) return;
    const { qty = 0, price = 0, fee = 0, funding = 0, leg } = report;
    if (leg === 'ENTRY' && this.#mode !== 'ACTIVE') this.#riskFault(`an entry of ${deliveryId} while ${this.#mode}`);
    const bought = leg === 'ENTRY' ? position.away : -position.away;
    position.qty += bought * qty;
    const cash = -bought * qty * price - fee - funding;
    position.cash += cash;
    this.#cash += cash;
    if (position.qty * position.away < -1e-9)
      this.#doubleClose(`${deliveryId} was closed by ${-position.qty} too much`);
    if (Math.abs(position.qty) >= 1e-9) this.#open.add(position);
    else {
      this.#open.delete(position);
      this.#trips.set(deliveryId, position.cash);
    }
  }

  /** At a whole second, behind the product's own look. */
  look({ mode }: RiskState, nowMs: number): void {
    if (mode !== this.#mode) this.#riskFault(`${mode}, and ${this.#mode} was told`);
    // Nobody can know what the account has lost.
    if (this.#isBlind) return;
    const dayMs = Math.floor(nowMs / DAY_MS) * DAY_MS;
    if (dayMs > this.#dayMs) {
      [this.#dayMs, this.#dayNet] = [dayMs, this.#net()];
      return;
    }
    const start = this.#settings.paper.startEquity;
    const loss = (this.#dayNet - this.#net()) / (start + this.#dayNet);
    // A hair of room: the two sums are made in another order.
    const isBreached = loss * 100 >= this.#settings.risk.dailyLossPercent + 1e-6;
    if (isBreached && mode === 'ACTIVE') this.#riskFault(`a loss of ${(loss * 100).toFixed(3)} % and ${mode}`);
  }

  /** BT-1: the profit of every trip is its cash, and the equity is what was there plus all of it. */
  moneyFaults(books: Books, engine: Engine): string[] {
    const faults: string[] = [];
    for (const { positionId, net, account } of books.deliveries.positions.closed) {
      const cash = this.#trips.get(positionId);
      if (account !== 'paper' || cash === undefined) continue;
      if (Math.abs(cash - (net ?? Number.NaN)) > 1e-8 || net === undefined)
        faults.push(`${positionId}: net ${net}, cash ${cash}`);
    }
    const equity = engine.equity()?.equity ?? Number.NaN;
    const own = this.#settings.paper.startEquity + this.#net();
    if (!(Math.abs(equity - own) <= 1e-6)) faults.push(`equity ${equity}, by cash ${own}`);
    return faults;
  }

  #doubleClose(what: string): void {
    this.doubleCloses += 1;
    this.#complain(what);
  }

  #riskFault(what: string): void {
    this.riskFaults += 1;
    this.#complain(what);
  }

  get #isBlind(): boolean {
    for (const { symbol } of this.#open) if (!this.#seen.has(symbol)) return true;
    return false;
  }

  #net(): number {
    let worth = 0;
    for (const { symbol, away, qty } of this.#open) {
      const market = this.#markets.get(symbol);
      worth += qty * (market === undefined ? 0 : away === 1 ? market.bid : market.ask);
    }
    return this.#cash + worth;
  }
}
