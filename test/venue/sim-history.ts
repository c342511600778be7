import { toTicks } from '../../src/core/market/instrument.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import type { SimulatedInstrument } from '../../src/core/simulation/instruments.ts';
import type { Scenario } from '../../src/core/simulation/scenarios.ts';
import { SimulatedHistory } from '../../src/core/simulation/simulated-history.ts';
import type { MinuteBar } from './minute-bars.ts';

const DAY_MS = 24 * 60 * MINUTE_MS;
/** Histories kept at once: a client reads one contract page by page, and a week of one is 400 kB. */
const KEPT = 64;

/**
 * The minutes before the market's start, made when they are asked for and leading to the price it starts with: a week of
 * 540 contracts needs no tape, and never all of the memory.
 */
export class SimHistory {
  readonly #seed: number;
  readonly #scenario: Scenario;
  readonly #startTimeMs: number;
  readonly #minutes: number;
  readonly #kept = new Map<string, { readonly minutes: number; readonly history: SimulatedHistory }>();

  constructor(options: { seed: number; scenario: Scenario; startTimeMs: number; minutes: number }) {
    this.#seed = options.seed;
    this.#scenario = options.scenario;
    this.#startTimeMs = options.startTimeMs;
    this.#minutes = options.minutes;
  }

  /** Minutes that open in `[fromMs, toMs]`, as far back as history goes. */
  minutes(instrument: SimulatedInstrument, fromMs: number, toMs: number): MinuteBar[] {
    // The last day is asked for of all contracts at once; more only of one after the other.
    const minutes = Math.min(this.#minutes, this.#startTimeMs - fromMs <= DAY_MS ? DAY_MS / MINUTE_MS : Infinity);
    const beginMs = this.#startTimeMs - minutes * MINUTE_MS;
    const first = Math.max(0, Math.ceil((fromMs - beginMs) / MINUTE_MS));
    const last = Math.min(minutes - 1, Math.floor((toMs - beginMs) / MINUTE_MS));
    if (first > last) return [];
    const history = this.#of(instrument, minutes);
    const bars: MinuteBar[] = [];
    for (let k = first; k <= last; k += 1) {
      const bar = history.bar(k, beginMs + k * MINUTE_MS);
      const { openTimeMs, open, high, low, close, volume } = bar;
      const middle = (open + high + low + close) / 4;
      const takerBuyVolume = bar.buyVolume ?? 0;
      // Written out: spread objects cost ten times as much, and there are millions of these.
      bars.push({
        openTimeMs,
        open,
        high,
        low,
        close,
        volume,
        quoteVolume: volume * middle,
        count: Math.max(1, Math.round((volume * middle) / instrument.tradeValue)),
        takerBuyVolume,
        takerBuyQuoteVolume: takerBuyVolume * middle,
      });
    }
    return bars;
  }

  /** More minutes are the same ones and older ones. */
  #of(instrument: SimulatedInstrument, minutes: number): { bar: SimulatedHistory['bar'] } {
    const { symbol, startPrice, tickSize } = instrument;
    const kept = this.#kept.get(symbol);
    this.#kept.delete(symbol);
    const enough = kept !== undefined && kept.minutes >= minutes;
    const startTicks = toTicks(startPrice, tickSize);
    const made = enough
      ? kept
      : { minutes, history: new SimulatedHistory(this.#seed, instrument, this.#scenario, startTicks, minutes) };
    this.#kept.set(symbol, made);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > KEPT && oldest !== undefined) this.#kept.delete(oldest);
    const skipped = made.minutes - minutes;
    return { bar: (k, openTimeMs) => made.history.bar(k + skipped, openTimeMs) };
  }
}
