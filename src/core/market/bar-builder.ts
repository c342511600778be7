import { assert } from '../assert.ts';
import type { Bar } from './bar.ts';
import { MINUTE_MS, TIMEFRAME_MS, type Timeframe } from './timeframe.ts';
import type { Trade } from './trade.ts';

/**
 * Builds minute bars from trades, by exchange time. A bar is only given out once its whole minute has passed, and
 * only if its whole minute was watched: the minute in which trades begin (or begin again after a gap) is dropped.
 * A watched minute without trades is a flat bar at the last close, as venues publish it.
 */
export class BarBuilder {
  readonly #symbol: string;
  /** Open time of the forming minute; `undefined` before trades or bars have begun. */
  #openTimeMs: number | undefined;
  #whole = false;
  #lastClose: number | undefined;
  #open = 0;
  #high = 0;
  #low = 0;
  #close = 0;
  #volume = 0;
  #buyVolume = 0;
  #tradeCount = 0;

  constructor(symbol: string) {
    this.#symbol = symbol;
  }

  /** Whether minutes are being counted, so that the clock can close one. */
  get active(): boolean {
    return this.#openTimeMs !== undefined;
  }

  /** Whether the forming minute has been watched from its beginning. */
  get whole(): boolean {
    return this.#openTimeMs !== undefined && this.#whole;
  }

  /** The forming minute's close, market time; only while `active`. */
  get nextCloseMs(): number {
    assert(this.#openTimeMs !== undefined, 'bar builder: nothing is forming');
    return this.#openTimeMs + MINUTE_MS;
  }

  /** A recorded bar stands for everything before its close: trades go on from there without losing a minute. */
  continueAfter(bar: Bar): void {
    this.#lastClose = bar.close;
    this.#begin(bar.closeTimeMs, true);
  }

  /** The minute of the trade must be the forming one: close the earlier ones first. */
  add(trade: Trade): void {
    if (this.#openTimeMs === undefined) {
      const minute = Math.floor(trade.eventTimeMs / MINUTE_MS) * MINUTE_MS;
      this.#begin(minute, trade.eventTimeMs === minute);
    }
    assert(trade.eventTimeMs < this.nextCloseMs, 'bar builder: close the minute before adding to the next');
    // A trade from before a recorded bar's close is already in that bar.
    if (trade.eventTimeMs < this.#openTimeMs!) return;
    if (this.#tradeCount === 0) {
      this.#open = trade.price;
      this.#high = trade.price;
      this.#low = trade.price;
    } else if (trade.price > this.#high) this.#high = trade.price;
    else if (trade.price < this.#low) this.#low = trade.price;
    this.#close = trade.price;
    this.#volume += trade.size;
    if (trade.aggressor === 'buy') this.#buyVolume += trade.size;
    this.#tradeCount += 1;
  }

  /** Closes the forming minute, which must be over, and begins the next. `undefined` when it was not whole. */
  close(): Bar | undefined {
    const openTimeMs = this.#openTimeMs;
    assert(openTimeMs !== undefined, 'bar builder: nothing is forming');
    const traded = this.#tradeCount > 0;
    const flat = this.#lastClose;
    const bar: Bar | undefined =
      !this.#whole || (!traded && flat === undefined)
        ? undefined
        : {
            kind: 'bar',
            symbol: this.#symbol,
            timeframe: '1m',
            openTimeMs,
            closeTimeMs: openTimeMs + MINUTE_MS,
            open: traded ? this.#open : flat!,
            high: traded ? this.#high : flat!,
            low: traded ? this.#low : flat!,
            close: traded ? this.#close : flat!,
            volume: this.#volume,
            buyVolume: this.#buyVolume,
          };
    if (traded) this.#lastClose = this.#close;
    this.#begin(openTimeMs + MINUTE_MS, true);
    return bar;
  }

  /** Market data were lost: what was forming is worth nothing, and the next minute begins unwatched. */
  drop(): void {
    this.#openTimeMs = undefined;
    this.#lastClose = undefined;
    this.#clear();
  }

  #begin(openTimeMs: number, whole: boolean): void {
    this.#openTimeMs = openTimeMs;
    this.#whole = whole;
    this.#clear();
  }

  #clear(): void {
    this.#volume = 0;
    this.#buyVolume = 0;
    this.#tradeCount = 0;
  }
}

/** Joins closed minute bars into bars of a longer timeframe, aligned to the epoch; incomplete ones are dropped. */
export class BarAggregator {
  readonly #timeframe: Timeframe;
  readonly #lengthMs: number;
  /** Where the next minute must begin to go on with what is forming; -1 while nothing is. */
  #nextOpenMs = -1;
  #openTimeMs = 0;
  #open = 0;
  #high = 0;
  #low = 0;
  #volume = 0;
  #buyVolume: number | undefined = 0;

  constructor(timeframe: Timeframe) {
    this.#timeframe = timeframe;
    this.#lengthMs = TIMEFRAME_MS[timeframe];
  }

  /** The longer bar when this minute completes it. */
  add(minute: Bar): Bar | undefined {
    if (this.#isEdge(minute.openTimeMs)) {
      this.#openTimeMs = minute.openTimeMs;
      this.#open = minute.open;
      this.#high = minute.high;
      this.#low = minute.low;
      this.#volume = minute.volume;
      this.#buyVolume = minute.buyVolume;
    } else if (minute.openTimeMs === this.#nextOpenMs) {
      if (minute.high > this.#high) this.#high = minute.high;
      if (minute.low < this.#low) this.#low = minute.low;
      this.#volume += minute.volume;
      const known = this.#buyVolume !== undefined && minute.buyVolume !== undefined;
      this.#buyVolume = known ? this.#buyVolume! + minute.buyVolume! : undefined;
    } else {
      this.#nextOpenMs = -1;
      return undefined;
    }
    this.#nextOpenMs = minute.closeTimeMs;
    if (!this.#isEdge(minute.closeTimeMs)) return undefined;
    this.#nextOpenMs = -1;
    return {
      kind: 'bar',
      symbol: minute.symbol,
      timeframe: this.#timeframe,
      openTimeMs: this.#openTimeMs,
      closeTimeMs: minute.closeTimeMs,
      open: this.#open,
      high: this.#high,
      low: this.#low,
      close: minute.close,
      volume: this.#volume,
      buyVolume: this.#buyVolume,
    };
  }

  /** Whether one of the longer bars begins here. The remainder of numbers this large is slow, their quotient is not. */
  #isEdge(timeMs: number): boolean {
    return Math.floor(timeMs / this.#lengthMs) * this.#lengthMs === timeMs;
  }
}
