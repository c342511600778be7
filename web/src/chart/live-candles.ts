import type { UTCTimestamp } from 'lightweight-charts';
import { get } from '../api/ask.ts';
import { house } from '../api/house.ts';
import type { Bar, Tick, Timeframe } from '../api/wire.ts';
import { type Candle, candleFrom, cumulativeDelta, imbalanceOf, withTick } from './bars.ts';
import { BUY_COLOR, type Drawing, forChart, SELL_COLOR } from './drawing.ts';

const BARS = 360;
/** A stretch of the market that was not watched leaves a hole; the newest bars are asked for again this often. */
const RENEW_EVERY_MS = 15_000;

export interface CandlesOf {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Hears the beginning of the newest bar whenever there is another, UTC seconds. */
  readonly onBar: (time: number) => void;
}

/** Keeps closed bars, and the one that forms, on the chart. */
export class LiveCandles {
  readonly #drawing: Drawing;
  readonly #of: CandlesOf;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #deafen: () => void;
  #last: Candle | undefined;
  #deltaBefore = 0;
  #isFirst = true;
  #isStopped = false;

  constructor(drawing: Drawing, of: CandlesOf) {
    this.#drawing = drawing;
    this.#of = of;
    drawing.candles.setData([]);
    drawing.delta.setData([]);
    drawing.imbalance.setData([]);
    this.#timer = setInterval(() => void this.load(), RENEW_EVERY_MS);
    this.#deafen = house.onTick((tick) => this.#hear(tick));
  }

  stop(): void {
    this.#isStopped = true;
    clearInterval(this.#timer);
    this.#deafen();
  }

  /** Everything that is closed, anew. */
  async load(): Promise<void> {
    if (!house.isLive) return;
    const { symbol, timeframe, onBar } = this.#of;
    const { chart, candles, delta } = this.#drawing;
    const query = `symbol=${encodeURIComponent(symbol)}&timeframe=${timeframe}&limit=${BARS}`;
    // What is missed now comes with the next renewal.
    const page = await get<{ bars: Bar[] }>(`/api/v1/bars?${query}`).catch(() => undefined);
    if (this.#isStopped || page === undefined) return;
    const closed = page.bars.map(candleFrom);
    const newest = closed.at(-1);
    const forming = this.#last;
    const isAhead = forming !== undefined && (newest === undefined || forming.time > newest.time);
    const sums = cumulativeDelta(closed);
    this.#deltaBefore = sums.at(-1)?.value ?? 0;
    candles.setData([...closed, ...(isAhead ? [forming] : [])].map(forChart));
    delta.setData(sums.map(forChart));
    if (!isAhead) this.#last = newest;
    if (this.#isFirst) chart.timeScale().scrollToRealTime();
    this.#isFirst = false;
    if (this.#last !== undefined) onBar(this.#last.time);
  }

  #hear(tick: Tick): void {
    const { symbol, timeframe, onBar } = this.#of;
    if (tick.symbol !== symbol) return;
    const before = this.#last;
    const next = withTick(before, tick, timeframe);
    if (next === undefined) return;
    this.#last = next;
    const { candles, delta, imbalance } = this.#drawing;
    candles.update(forChart(next));
    const time = next.time as UTCTimestamp;
    if (next.delta !== undefined) delta.update({ time, value: this.#deltaBefore + next.delta });
    const value = imbalanceOf(tick);
    if (value !== undefined) imbalance.update({ time, value, color: value > 0 ? BUY_COLOR : SELL_COLOR });
    if (before === undefined || next.time > before.time) {
      onBar(next.time);
      void this.load();
    }
  }
}
