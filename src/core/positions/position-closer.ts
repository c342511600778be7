import type { Books } from '../delivery/books.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Moment } from '../delivery/moment.ts';
import type { Instrument } from '../market/instrument.ts';
import { SECOND_MS } from '../market/timeframe.ts';
import type { Side, Trade } from '../market/trade.ts';
import { nextStop } from './exit-rules.ts';
import type { Position } from './position.ts';
import type { ExitSettings } from './settings.ts';

/** What is known of the market of one instrument. */
export interface MarketView {
  readonly instrument: Instrument;
  /** Average true range of the trailing minutes, price units; `undefined` while it warms up. */
  readonly atr: number | undefined;
  /** Market time of the last trade, quote or book. */
  readonly lastFlowMs: number;
  /** What a position of this side could be closed at; `undefined` while nobody knows. */
  exitPrice(side: Side): number | undefined;
}

export interface PositionCloserParts {
  readonly settings: ExitSettings;
  /** Of entry and exit together, fees and slippage: a fraction of the price. */
  readonly costs: number;
  readonly books: Books;
  readonly take: Dispatcher['take'];
  readonly viewOf: (symbol: string) => MarketView | undefined;
}

const BY = 'position closer';
const AGAIN_MAX_MS = 60_000;

/**
 * Brings positions to their end, whoever executes them: moves the stop by amending the signal, and closes by the order to
 * close that every executor knows. It decides at whole seconds of market time. What it has done is in the books; what it
 * remembers besides, the best price since the entry, begins anew after a restart, and a stop is never moved back.
 */
export class PositionCloser {
  readonly #parts: PositionCloserParts;
  /** The best price since the entry, by position. */
  readonly #best = new Map<string, number>();
  /** How often it was asked to be closed, and when it may be again, market time; by position. */
  readonly #asked = new Map<string, { readonly count: number; readonly againMs: number }>();

  constructor(parts: PositionCloserParts) {
    this.#parts = parts;
  }

  /** Whether prints are listened to: only what moves a stop needs them. */
  get listens(): boolean {
    const { settings, books } = this.#parts;
    return (settings.trailing || settings.breakEven) && books.deliveries.positions.openCount > 0;
  }

  onTrade({ symbol, price, eventTimeMs }: Trade): void {
    for (const { positionId, side, symbol: own, openedMs, entryPrice } of this.#parts.books.deliveries.positions.open) {
      if (own !== symbol || eventTimeMs < openedMs) continue;
      const best = this.#best.get(positionId) ?? entryPrice;
      if (side === 'buy' ? price >= best : price <= best) this.#best.set(positionId, price);
    }
  }

  /** A whole second of market time is over. */
  onSecond(moment: Moment): void {
    const { books, settings } = this.#parts;
    if (books.deliveries.positions.openCount === 0) {
      this.#best.clear();
      this.#asked.clear();
      return;
    }
    for (const position of [...books.deliveries.positions.open]) {
      if (position.openQty === 0) continue;
      const why = this.#whyToClose(position, moment.atMs);
      if (why !== undefined) this.close(position, why, moment);
      else if (settings.breakEven || settings.trailing) this.#moveStop(position, moment);
    }
  }

  /** The bot decides for this side: what stands on the other one is closed. */
  onDecision(symbol: string, side: Side, moment: Moment): void {
    if (!this.#parts.settings.closeOnOpposite) return;
    for (const position of [...this.#parts.books.deliveries.positions.open]) {
      if (position.symbol === symbol && position.side !== side) this.close(position, 'opposite decision', moment);
    }
  }

  /**
   * Asked for once: while an order to close stands, there is no other. When it came to nothing, as where somebody has closed at
   * the venue by hand, the next one waits for twice as long as the last, a minute at most.
   */
  close({ positionId, signalId, account }: Position, reason: string, moment: Moment): void {
    const asked = this.#asked.get(positionId) ?? { count: 0, againMs: Number.NEGATIVE_INFINITY };
    if (moment.atMs < asked.againMs) return;
    const reply = this.#parts.take({ kind: 'close', signalId, account, reason, by: BY }, moment);
    if (!reply.ok || reply.value.duplicate) return;
    const waitsMs = Math.min(AGAIN_MAX_MS, SECOND_MS * 2 ** asked.count);
    this.#asked.set(positionId, { count: asked.count + 1, againMs: moment.atMs + waitsMs });
  }

  #whyToClose({ openedMs, symbol }: Position, nowMs: number): string | undefined {
    const { timeStopSeconds, closeAfterSilenceSeconds } = this.#parts.settings;
    if (timeStopSeconds > 0 && nowMs - openedMs >= timeStopSeconds * 1000)
      return `time stop after ${timeStopSeconds} s`;
    const view = this.#parts.viewOf(symbol);
    if (closeAfterSilenceSeconds === 0 || view === undefined) return undefined;
    const silentMs = nowMs - Math.max(view.lastFlowMs, openedMs);
    return silentMs >= closeAfterSilenceSeconds * 1000 ? `no market data for ${closeAfterSilenceSeconds} s` : undefined;
  }

  #moveStop(position: Position, moment: Moment): void {
    const { books, settings, costs, take, viewOf } = this.#parts;
    const { signalId, symbol, side, positionId, entryPrice } = position;
    const instruction = books.deliveries.instruction(signalId);
    const view = viewOf(symbol);
    const price = view?.exitPrice(side);
    if (instruction === undefined || view === undefined || price === undefined) return;
    const { signal, version } = instruction;
    const best = this.#best.get(positionId) ?? entryPrice;
    const now = { stopPrice: signal.stopPrice, price, best, atr: view.atr, tickSize: view.instrument.tickSize, costs };
    const stopPrice = nextStop(position, now, settings);
    if (stopPrice === undefined) return;
    // A target that was passed without being an exit must not hold the stop back.
    const [tp1, tp2, tp3] = signal.targetPrices;
    const away = side === 'buy' ? 1 : -1;
    const nearest = [tp1, tp2, tp3].find((target) => (target - stopPrice) * away > 0);
    if (nearest === undefined) return;
    const targetPrices = [tp1, tp2, tp3].map((target) => ((target - stopPrice) * away > 0 ? target : nearest));
    take({ kind: 'amend', signalId, version, stopPrice, targetPrices, by: BY }, moment);
  }
}
