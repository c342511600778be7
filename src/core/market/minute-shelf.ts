import { assert } from '../assert.ts';
import type { Bar } from './bar.ts';
import { BarAggregator } from './bar-builder.ts';
import { MINUTE_MS, type Timeframe } from './timeframe.ts';

/** open time, open, high, low, close, volume, buy volume (NaN where it is not known) */
const COLUMNS = 7;

/**
 * The last closed minutes of one instrument, oldest first, for people to look at: nothing is decided by it. Numbers in one
 * flat array, because a house may watch hundreds of instruments.
 */
export class MinuteShelf {
  readonly #symbol: string;
  readonly #minutesMax: number;
  /** Grows with what is kept; most instruments of a short run never fill it. */
  #cells: Float64Array<ArrayBuffer>;
  #first = 0;
  #count = 0;

  /** @param minutesMax A whole number of at least 1. */
  constructor(symbol: string, minutesMax: number) {
    assert(Number.isSafeInteger(minutesMax) && minutesMax >= 1, 'minute shelf: minutesMax must be a whole number >= 1');
    this.#symbol = symbol;
    this.#minutesMax = minutesMax;
    this.#cells = new Float64Array(Math.min(64, minutesMax) * COLUMNS);
  }

  add(minute: Bar): void {
    if (this.#count < this.#minutesMax && this.#count * COLUMNS === this.#cells.length) this.#grow();
    const slots = this.#cells.length / COLUMNS;
    const slot = (this.#first + this.#count) % slots;
    if (this.#count === slots) this.#first = (this.#first + 1) % slots;
    else this.#count += 1;
    const { openTimeMs, open, high, low, close, volume, buyVolume = Number.NaN } = minute;
    this.#cells.set([openTimeMs, open, high, low, close, volume, buyVolume], slot * COLUMNS);
  }

  /**
   * The newest closed bars of a timeframe, oldest first. Longer ones are joined as the strategies see them: aligned to the
   * epoch, and left out where one of their minutes is missing.
   */
  bars(timeframe: Timeframe, barsMax: number): readonly Bar[] {
    const minutes = Array.from({ length: this.#count }, (_, index) => this.#minute(index));
    if (timeframe === '1m') return minutes.slice(-barsMax);
    const aggregator = new BarAggregator(timeframe);
    const bars = minutes.map((minute) => aggregator.add(minute)).filter((bar) => bar !== undefined);
    return bars.slice(-barsMax);
  }

  #minute(index: number): Bar {
    const slots = this.#cells.length / COLUMNS;
    const at = ((this.#first + index) % slots) * COLUMNS;
    const [openTimeMs, open, high, low, close, volume, buyVolume] = this.#cells.subarray(at, at + COLUMNS);
    return {
      ...{ kind: 'bar', symbol: this.#symbol, timeframe: '1m', openTimeMs: openTimeMs! },
      ...{ closeTimeMs: openTimeMs! + MINUTE_MS, open: open!, high: high!, low: low!, close: close! },
      ...{ volume: volume!, buyVolume: Number.isNaN(buyVolume) ? undefined : buyVolume! },
    };
  }

  /** Only while nothing has been dropped yet, so that what is there lies in order. */
  #grow(): void {
    const slots = Math.min(this.#minutesMax, (this.#cells.length / COLUMNS) * 2);
    const cells = new Float64Array(slots * COLUMNS);
    cells.set(this.#cells);
    this.#cells = cells;
  }
}
