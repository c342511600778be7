import type { Books } from '../delivery/books.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Moment } from '../delivery/moment.ts';
import { PAPER_ACCOUNT } from '../delivery/session.ts';
import type { Book } from '../market/book.ts';
import type { Quote } from '../market/quote.ts';
import type { Side, Trade } from '../market/trade.ts';
import { PaperTrader } from '../paper/paper-trader.ts';
import { PositionCloser } from '../positions/position-closer.ts';
import { type Equity, RiskOfficer } from '../risk/risk-officer.ts';
import type { Desk } from './desk.ts';
import type { Effect } from './effect.ts';
import type { TradingSettings } from './settings.ts';

/** How far the time of a command may be ahead of the market's, which lags behind while a second settles. */
const COMMAND_AHEAD_MS = 5_000;

/** House time of an event: wall time that never goes back, and how fast the market may run against it. */
export type HouseTime = Pick<Moment, 'wallMs' | 'speed'>;

export interface TradingParts {
  readonly settings: TradingSettings;
  readonly runAnchor: string;
  readonly books: Books;
  readonly dispatcher: Dispatcher;
  readonly deskOf: (symbol: string) => Desk | undefined;
}

/**
 * What happens to a signal after it was issued, in the process itself: the paper venue trades it, the position closer ends it,
 * risk watches the account. All three act by commands to the dispatcher, like anybody else, so what they do is in the
 * journal, and a restart finds it there.
 */
export class Trading {
  readonly trader: PaperTrader;
  readonly closer: PositionCloser;
  readonly risk: RiskOfficer;
  readonly #books: Books;
  readonly #deskOf: TradingParts['deskOf'];
  /** Market time reached: history that warms the strategies up after a restart must not touch what is open. */
  #nowMs: number;
  #isWatchDue = false;

  constructor({ settings, runAnchor, books, dispatcher, deskOf }: TradingParts) {
    const { paper, exits, risk } = settings;
    const take = dispatcher.take.bind(dispatcher) as Dispatcher['take'];
    this.#books = books;
    this.#deskOf = deskOf;
    this.#nowMs = books.signals.latestMs;
    const exitPrice = (symbol: string, side: Side) => deskOf(symbol)?.exitPrice(side);
    this.risk = new RiskOfficer({ settings: risk, paper, books, take, exitPrice });
    this.trader = new PaperTrader({
      ...{ settings: paper, exits, runAnchor, books, take },
      instrumentOf: (symbol) => deskOf(symbol)?.instrument,
      size: (instruction, instrument) => this.risk.size(instruction, instrument, this.#nowMs),
    });
    const costs = (2 * paper.takerFeePercent) / 100 + (2 * paper.blindSlippageBps) / 1e4;
    this.closer = new PositionCloser({ settings: exits, costs, books, take, viewOf: deskOf });
  }

  onTrade(trade: Trade, time: HouseTime | undefined): void {
    if (this.closer.listens) this.closer.onTrade(trade);
    if (this.trader.isWaiting(trade.symbol)) this.trader.onTrade(trade, this.#moment(trade.eventTimeMs, time));
  }

  onQuote(quote: Quote, time: HouseTime | undefined): void {
    if (this.trader.isWaiting(quote.symbol)) this.trader.onQuote(quote, this.#moment(quote.eventTimeMs, time));
  }

  onBook(book: Book, time: HouseTime | undefined): void {
    if (this.trader.isWaiting(book.symbol)) this.trader.onBook(book, this.#moment(book.eventTimeMs, time));
  }

  onListed(symbol: string): void {
    this.trader.onListed(symbol);
  }

  /** Before its desk is gone. */
  onDelisted(symbol: string, eventTimeMs: number, time: HouseTime | undefined): void {
    const desk = this.#deskOf(symbol);
    if (desk === undefined) return;
    const [bidPrice, ask] = [desk.lastExitPrice('buy'), desk.lastExitPrice('sell')];
    const isKnown = bidPrice !== undefined && ask !== undefined;
    // Of a last print both are the same, and a market has a spread.
    const last = isKnown ? { bidPrice, askPrice: Math.max(ask, bidPrice + desk.instrument.tickSize) } : undefined;
    this.trader.onDelisted(symbol, last, this.#moment(eventTimeMs, time));
  }

  /** Everything before this market time has been seen. */
  onClock(eventTimeMs: number, time: HouseTime | undefined): void {
    if (eventTimeMs < this.#nowMs) return;
    const moment = this.#moment(eventTimeMs, time);
    this.trader.onTime(moment);
    this.closer.onSecond(moment);
    this.#isWatchDue = true;
  }

  /** The bot decides for this side. */
  onDecision(symbol: string, side: Side, nowMs: number, time: HouseTime | undefined): void {
    this.closer.onDecision(symbol, side, this.#moment(nowMs, time));
  }

  /** What was decided, to be acted upon: acting may decide something again. */
  heard(effects: readonly Effect[], said: Moment): void {
    // A command brings this computer's time, which may be far ahead: orders would wait for it, and so would every clock.
    // Before the first clock of a new journal there is no market time to hold it against.
    const latestMs = this.#nowMs === 0 ? said.atMs : this.#nowMs + COMMAND_AHEAD_MS;
    const atMs = Math.max(this.#nowMs, Math.min(said.atMs, latestMs));
    const moment = { ...said, atMs };
    for (const effect of effects) {
      this.trader.heard(effect, moment);
      if (effect.kind === 'delivery_reported') this.#isWatchDue = true;
    }
  }

  /** Once per event, when there may be something to see. */
  watch(moment: Moment): void {
    if (!this.#isWatchDue) return;
    this.#isWatchDue = false;
    if (!this.risk.watch(moment)) return;
    const { state } = this.#books.deliveries.risk;
    for (const position of [...this.#books.deliveries.positions.open]) {
      const isOfBot = this.#books.deliveries.instruction(position.signalId)?.producer === 'bot';
      if (isOfBot && position.openQty > 0) this.closer.close(position, state.reason, moment);
    }
  }

  /** Positions on paper that no stop of the paper venue protects at this moment. */
  get unprotected(): readonly string[] {
    return this.#books.deliveries.positions
      .openOf(PAPER_ACCOUNT)
      .filter(({ openQty, positionId }) => openQty > 0 && !this.trader.isProtected(positionId))
      .map(({ positionId }) => positionId);
  }

  equity(): Equity {
    return this.risk.equity();
  }

  /** Market time never goes back, and without a house there is no other time. */
  #moment(eventTimeMs: number, time: HouseTime | undefined): Moment {
    this.#nowMs = Math.max(this.#nowMs, eventTimeMs);
    return { atMs: this.#nowMs, wallMs: time?.wallMs ?? this.#nowMs, speed: time?.speed ?? 1 };
  }
}
