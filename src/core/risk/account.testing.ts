import { Books } from '../delivery/books.ts';
import { Dispatcher } from '../delivery/dispatcher.ts';
import { asJson, DRAFT } from '../delivery/scene.testing.ts';
import type { Effect } from '../engine/effect.ts';
import type { Side } from '../market/trade.ts';
import { PAPER, RISK } from '../paper/paper.testing.ts';
import { type Candidate, RiskOfficer } from './risk-officer.ts';
import type { RiskSettings } from './settings.ts';

/** A whole day, 09:00 UTC. */
export const MORNING_MS = Date.UTC(2026, 0, 5, 9);
export const LONG: Candidate = {
  ...{ symbol: 'ETHUSDT', side: 'buy', entryPrice: 3500, stopPrice: 3482.5, targetPrice: 3542, leverage: 20 },
};

/** An account whose positions are opened and closed by hand, through the same commands as by an executor. */
export class Account {
  nowMs = MORNING_MS;
  books = new Books();
  dispatcher = new Dispatcher(this.books, 'test', new Set(['paper']));
  readonly effects: Effect[] = [];
  readonly prices = new Map<string, number>();
  readonly settings: RiskSettings;
  officer: RiskOfficer;
  #count = 0;

  constructor(changes: Partial<RiskSettings> = {}) {
    this.settings = { ...RISK, ...changes };
    this.officer = this.#hire();
  }

  #hire(): RiskOfficer {
    return new RiskOfficer({
      ...{ settings: this.settings, paper: PAPER, books: this.books },
      take: ((...args: Parameters<Dispatcher['take']>) => {
        const reply = this.dispatcher.take(...args);
        this.effects.push(...this.dispatcher.drain());
        return reply;
      }) as Dispatcher['take'],
      exitPrice: (symbol) => this.prices.get(symbol),
    });
  }

  restart(): this {
    this.books = new Books();
    for (const effect of this.effects) this.books.apply(asJson(effect));
    this.dispatcher = new Dispatcher(this.books, 'test', new Set(['paper']));
    this.officer = this.#hire();
    return this;
  }

  get moment() {
    return { atMs: this.nowMs, wallMs: this.nowMs, speed: 1 };
  }

  take(command: Parameters<Dispatcher['take']>[0]) {
    const reply = this.dispatcher.take(command, this.moment);
    this.effects.push(...this.dispatcher.drain());
    return reply;
  }

  watch(): boolean {
    return this.officer.watch(this.moment);
  }

  get mode(): string {
    const { mode, rule } = this.books.deliveries.risk.state;
    return `${mode} ${rule}`.trim();
  }

  judge(changes: Partial<Candidate> = {}): string {
    return this.officer.judge({ ...LONG, ...changes }, this.nowMs) ?? 'ok';
  }

  /** @returns how to report on it */
  open(symbol: string, side: Side = 'buy', qty = 1, entryPrice = 3500): (report: object) => void {
    this.#count += 1;
    if (!this.prices.has(symbol)) this.prices.set(symbol, entryPrice);
    const away = side === 'buy' ? 1 : -1;
    const bracket = {
      stopPrice: entryPrice - away * 17.5,
      targetPrices: [entryPrice + away * 28, entryPrice + away * 42, entryPrice + away * 63],
    } as const;
    const id = `019b76da-0000-7000-8000-${String(this.#count).padStart(12, '0')}`;
    const draft = { ...DRAFT, symbol, side, entryPrice, ...bracket };
    const rest = { bodyHash: id, producer: 'test', ttlMs: 30_000, maxSlippageBps: undefined };
    this.take({ kind: 'publish', signalId: id, draft, ...rest });
    const who = { sessionId: 's', account: 'paper', consumer: 'paper venue', instance: '0'.repeat(32) };
    this.take({ kind: 'open_session', ...who, symbols: [], capabilities: [], takeover: true });
    const claim = { sessionId: 's', epoch: 1, account: 'paper', key: id, latency: {} };
    this.take({ kind: 'claim', signalId: id, ...claim });
    const report = (said: object): void => {
      const same = { reportId: `${id} ${this.effects.length}`, session: 's', epoch: 1, fence: 1, leg: 'ENTRY' };
      this.take({ kind: 'report', deliveryId: `${id}.paper`, report: { ...same, type: 'FILLED', ...said } as never });
    };
    report({ cumQty: qty, avgPrice: entryPrice });
    return report;
  }

  /** A round trip that brings this much. */
  trip(net: number, symbol = 'ETHUSDT', side: Side = 'buy', leg = 'STOP'): this {
    const report = this.open(symbol, side, 1, 3500);
    const exit = 3500 + (side === 'buy' ? net : -net);
    report({ leg, cumQty: 1, avgPrice: exit });
    report({ leg, type: 'CLOSED', avgPrice: exit, reason: 'sl' });
    return this;
  }
}
