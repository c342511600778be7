import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TEST_START_MS } from './event-log-hash.testing.ts';
import { FairPrice } from './fair-price.ts';
import { SIMULATED_INSTRUMENTS } from './instruments.ts';
import { METAORDER_VARIANCE } from './metaorder.ts';
import { REFERENCE_SIGMA_BPS, SCENARIOS, type ScenarioName, SIGNAL_REVERSION } from './scenarios.ts';
import { SimulatedMarket } from './simulated-market.ts';
import { correlation, FactsRecorder } from './stylised-facts.ts';

// Seeds are fixed, so nothing here can flicker: the margins say how far the true value may be from what is measured.

const DAY_SECONDS = 86_400;

function record(scenario: ScenarioName, symbol: string, seed: number, days: number): FactsRecorder {
  const market = new SimulatedMarket({ seed, scenario, startTimeMs: TEST_START_MS, symbols: [symbol] });
  const recorder = new FactsRecorder(symbol);
  market.advance(TEST_START_MS + days * DAY_SECONDS * 1_000, (event) => recorder.add(event));
  return recorder;
}

/** Correlation of `feature`, summed over the last `memory` seconds, with the return of the next `horizon`, times root n. */
function score(recorder: FactsRecorder, feature: readonly number[], memory: number, horizon: number): number {
  const { mid } = recorder;
  const xs: number[] = [];
  const ys: number[] = [];
  for (let i = memory; i + horizon < mid.length; i += horizon) {
    let sum = 0;
    for (let k = 0; k < memory; k += 1) sum += feature[i - k]!;
    xs.push(sum);
    ys.push(mid[i + horizon]! / mid[i]! - 1);
  }
  return correlation(xs, ys) * Math.sqrt(xs.length);
}

describe('a market in which nothing can be earned', () => {
  for (const [scenario, seed] of [
    ['null_strict', 11],
    ['null_flow', 12],
  ] as const) {
    const recorder = record(scenario, 'LTCUSDT', seed, 2);
    const facts = recorder.facts();

    it(`${scenario}: the middle price is a martingale`, () => {
      // Over 16 seeds a day has mean 0.98 and standard deviation 0.03.
      assert.ok(facts.varianceRatio > 0.93 && facts.varianceRatio < 1.05, `variance ratio ${facts.varianceRatio}`);
      const features = { tfi: recorder.tfi, ofi: recorder.ofi, imbalance: recorder.imbalance };
      for (const [name, feature] of Object.entries(features)) {
        for (const horizon of [10, 60, 300, 900]) {
          // The returns of horizons do not overlap, so n is the effective number.
          const z = score(recorder, feature, name === 'imbalance' ? 1 : 10, horizon);
          assert.ok(Math.abs(z) < 3.3, `${name} before ${horizon} s: ${z.toFixed(2)} standard errors`);
        }
      }
    });

    it(`${scenario}: the flow explains the move of its own seconds and none of the next`, () => {
      assert.ok(facts.ofiR2 > 0.4 && facts.ofiR2 < 0.8, `OFI ${facts.ofiR2}`);
      assert.ok(facts.tfiR2 > 0.3 && facts.tfiR2 < 0.7, `TFI ${facts.tfiR2}`);
      assert.ok(facts.ofiNextR2 < 0.001 && facts.tfiNextR2 < 0.001, `${facts.ofiNextR2} ${facts.tfiNextR2}`);
    });

    it(`${scenario}: looks like a market`, () => {
      assert.ok(facts.kurtosisMinute > 4, `kurtosis ${facts.kurtosisMinute}`);
      assert.ok(facts.absoluteReturnAcf1 > 0.1 && facts.absoluteReturnAcf10 > 0.05);
      assert.ok(facts.tradeSignAcf1 > 0.05, `signs ${facts.tradeSignAcf1}`);
      assert.ok(facts.volatilityPercent > 50 && facts.volatilityPercent < 150, `volatility ${facts.volatilityPercent}`);
    });
  }
});

it('the same measure finds the signal where there is one', () => {
  const recorder = record('strong', 'LTCUSDT', 13, 1);
  const z = score(recorder, recorder.tfi, 60, 60);
  assert.ok(z > 5, `${z.toFixed(2)} standard errors`);
});

describe('a planted signal is worth what the formula says', () => {
  // 15 days of the fair price alone, which is what the signal moves; the book follows it, see above.
  const DAYS = 15;
  for (const [scenario, seed] of [
    ['strong', 21],
    ['real', 23],
  ] as const) {
    it(scenario, () => {
      const { signal, prices, variance } = watchFairPrice(scenario, seed, DAYS);
      for (const horizon of [60, 900]) {
        const xs: number[] = [];
        const ys: number[] = [];
        for (let i = 0; i + horizon < prices.length; i += horizon) {
          xs.push(signal[i]!);
          ys.push(prices[i + horizon]! / prices[i]! - 1);
        }
        const measured = correlation(xs, ys);
        const wanted = closedForm(scenario, horizon, variance);
        // Both series are autocorrelated: Bartlett's effective number of pairs, with the squared signal correlation.
        const decay = (1 - SIGNAL_REVERSION) ** (2 * horizon);
        const effective = xs.length / (1 + (2 * wanted * wanted * decay) / (1 - decay));
        const margin = 3 / Math.sqrt(effective);
        assert.ok(
          Math.abs(measured - wanted) <= margin,
          `${horizon} s: measured ${measured.toFixed(4)}, formula ${wanted.toFixed(4)}, margin ${margin.toFixed(4)}`,
        );
        if (scenario === 'strong') assert.ok(measured > 0.3, 'a strong signal is strong');
      }
    });
  }
});

/** Per second: the hidden signal and the price after it; and the mean variance per second, squared basis points. */
function watchFairPrice(
  scenario: ScenarioName,
  seed: number,
  days: number,
): { signal: Float64Array; prices: Float64Array; variance: number } {
  // The turn of death and flip is not planted here, and there is one instrument of the reference volatility.
  const instrument = SIMULATED_INSTRUMENTS.find((it) => it.sigmaBps === REFERENCE_SIGMA_BPS)!;
  const { jumpsPerDay, jumpMinBps, burstsPerMinute } = SCENARIOS[scenario];
  const fair = new FairPrice(seed, instrument, SCENARIOS[scenario], 100_000);
  const seconds = days * DAY_SECONDS;
  const signal = new Float64Array(seconds);
  const prices = new Float64Array(seconds);
  let regimes = 0;
  for (let second = 0; second < seconds; second += 1) {
    signal[second] = fair.state.signal;
    prices[second] = fair.ticks;
    for (let step = 0; step < 10; step += 1) fair.advance();
    regimes += fair.state.sigma ** 2;
  }
  // A jump is jumpMinBps * (1 + 2u): its mean square is 13/3 of the smallest.
  const jumps = (jumpsPerDay / DAY_SECONDS) * (13 / 3) * jumpMinBps ** 2;
  const own = regimes / seconds + (burstsPerMinute / 60) * METAORDER_VARIANCE;
  return { signal, prices, variance: own * instrument.sigmaBps ** 2 + jumps };
}

/** kappa s (1 - e^(-theta H)) / theta over the standard deviation of the return; theta as a product of seconds. */
function closedForm(scenario: ScenarioName, horizon: number, variance: number): number {
  const { driftBps: kappa } = SCENARIOS[scenario];
  const theta = SIGNAL_REVERSION;
  const reach = (1 - (1 - theta) ** horizon) / theta;
  const moved = variance * horizon + ((2 * kappa * kappa) / theta) * (horizon - reach);
  return (kappa * reach) / Math.sqrt(moved);
}
