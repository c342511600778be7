import type { Bar } from '../market/bar.ts';
import { MINUTE_MS } from '../market/timeframe.ts';
import { ExactSteps } from './exact-steps.ts';
import type { SimulatedInstrument } from './instruments.ts';
import { LatentState } from './latent-state.ts';
import { Random } from './random.ts';
import { REFERENCE_SIGMA_BPS, type Scenario } from './scenarios.ts';

const MINUTE_SECONDS = 60;
const ROOT_MINUTE = Math.sqrt(MINUTE_SECONDS);

/**
 * One-minute bars that lead to the start of the live stream: the same regimes, jumps and hidden signal, drawn minute by
 * minute and backwards from the start, which is allowed because all of them are reversible. The last close is the start
 * price; asking for more minutes adds older bars and changes none.
 */
export class SimulatedHistory {
  readonly #instrument: SimulatedInstrument;
  readonly #price: ExactSteps;
  readonly #size: ExactSteps;
  /** Five whole numbers per bar, oldest first: high, low, close in ticks, then volume and bought volume in steps. */
  readonly #rows: Float64Array;
  #firstOpen: number;

  constructor(seed: number, instrument: SimulatedInstrument, scenario: Scenario, startTicks: number, minutes: number) {
    this.#instrument = instrument;
    this.#price = new ExactSteps(instrument.tickSize);
    this.#size = new ExactSteps(instrument.stepSize);
    this.#rows = new Float64Array(minutes * 5);
    this.#firstOpen = startTicks;
    const random = Random.of(seed, `${instrument.symbol} history`);
    const state = new LatentState(Random.of(seed, `${instrument.symbol} start`), MINUTE_SECONDS);
    const scale = instrument.sigmaBps / REFERENCE_SIGMA_BPS;
    const volumePerMinute =
      (instrument.tradesPerSecond * MINUTE_SECONDS * instrument.tradeValue) /
      instrument.startPrice /
      instrument.stepSize;
    let close = startTicks;
    for (let k = minutes - 1; k >= 0; k -= 1) {
      const sigmaBps = instrument.sigmaBps * state.sigma * ROOT_MINUTE;
      let bps = sigmaBps * random.gaussian() + scenario.driftBps * scale * state.signal * MINUTE_SECONDS;
      if (random.uniform() < scenario.jumpsPerDay / 1_440) {
        bps += (random.uniform() < 0.5 ? -1 : 1) * scenario.jumpMinBps * (1 + 2 * random.uniform()) * scale;
      }
      const open = close / (1 + bps * 1e-4);
      // The extremes of a Brownian path with these ends: (a + b +- sqrt((a - b)^2 + 2 variance E)) / 2.
      const spread = (close - open) * (close - open);
      const variance = 2 * (close * sigmaBps * 1e-4) * (close * sigmaBps * 1e-4);
      const high = (open + close + Math.sqrt(spread + variance * random.exponential())) / 2;
      const low = (open + close - Math.sqrt(spread + variance * random.exponential())) / 2;
      const move = bps / sigmaBps;
      const liveliness = (0.5 + 0.6 * Math.min(4, Math.abs(move))) * (0.6 + 0.5 * state.sigma);
      const volume = Math.max(1, Math.round(volumePerMinute * liveliness * (0.6 + 0.4 * random.exponential())));
      const tilt = 0.13 * move + scenario.flowTilt * state.signal + 0.08 * random.gaussian();
      const row = k * 5;
      this.#rows[row] = high;
      this.#rows[row + 1] = low;
      this.#rows[row + 2] = close;
      this.#rows[row + 3] = volume;
      this.#rows[row + 4] = Math.round(volume * (0.5 + Math.min(0.45, Math.max(-0.45, tilt))));
      close = open;
      state.step(random);
    }
    this.#firstOpen = close;
  }

  /** The bar of minute `k`, oldest 0, opening at `openTimeMs`. A bar opens where the one before it closed. */
  bar(k: number, openTimeMs: number): Bar {
    const { symbol } = this.#instrument;
    const row = k * 5;
    const price = this.#price;
    const size = this.#size;
    const open = Math.round(k === 0 ? this.#firstOpen : this.#rows[row - 3]!);
    const close = Math.round(this.#rows[row + 2]!);
    return {
      kind: 'bar',
      symbol,
      timeframe: '1m',
      openTimeMs,
      closeTimeMs: openTimeMs + MINUTE_MS,
      open: price.of(open),
      high: price.of(Math.max(open, close, Math.round(this.#rows[row]!))),
      low: price.of(Math.min(open, close, Math.round(this.#rows[row + 1]!))),
      close: price.of(close),
      volume: size.of(this.#rows[row + 3]!),
      buyVolume: size.of(this.#rows[row + 4]!),
    };
  }
}
