import type { Book } from '../../src/core/market/book.ts';
import type { Instrument } from '../../src/core/market/instrument.ts';
import type { Quote } from '../../src/core/market/quote.ts';
import type { Random } from '../../src/core/simulation/random.ts';

export const INSTRUMENTS: readonly Instrument[] = [
  { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 },
  { symbol: 'SOLUSDT', tickSize: 0.01, stepSize: 0.01 },
  { symbol: 'ADAUSDT', tickSize: 0.0001, stepSize: 1 },
];

/** Of the price, per square root of a second: stops and targets of half a percent and more are reached within a quarter of an hour. */
const SIGMA = 0.00025;

/** One contract whose price wanders, jumps now and then, and shows a book or only a quote. */
export class DayMarket {
  readonly instrument: Instrument;
  readonly #chance: Random;
  #price: number;
  bid = 0;
  ask = 0;

  constructor(instrument: Instrument, startPrice: number, chance: Random) {
    this.instrument = instrument;
    this.#price = startPrice;
    this.#chance = chance;
  }

  /** What it shows after so many seconds. */
  next(seconds: number, eventTimeMs: number): Quote | Book {
    const { symbol, tickSize, stepSize } = this.instrument;
    const jump = this.#chance.uniform() < 0.001 ? 8 : 1;
    this.#price *= 1 + SIGMA * jump * Math.sqrt(seconds) * this.#chance.gaussian();
    const ticks = Math.max(100, Math.round(this.#price / tickSize));
    const spread = 1 + Math.floor(this.#chance.uniform() * 2);
    const at = (offset: number): number => Number(((ticks + offset) * tickSize).toFixed(6));
    [this.bid, this.ask] = [at(0), at(spread)];
    const size = (): number => {
      const wanted = (4_000 * this.#chance.exponential()) / this.#price;
      return Number((Math.max(1, Math.ceil(wanted / stepSize)) * stepSize).toPrecision(12));
    };
    if (this.#chance.uniform() < 0.3) {
      const [bidSize, askSize] = [size(), size()];
      return { kind: 'quote', symbol, bidPrice: this.bid, askPrice: this.ask, bidSize, askSize, eventTimeMs };
    }
    const levels = [0, 1, 2];
    return {
      ...{ kind: 'book', symbol, eventTimeMs },
      bidPrices: levels.map((level) => at(-level)),
      askPrices: levels.map((level) => at(spread + level)),
      bidSizes: levels.map(size),
      askSizes: levels.map(size),
    };
  }
}
