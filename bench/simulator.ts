// How fast the embedded market is made, whether its memory stays flat, and (--facts) how real it looks.
//   node dist/bench/simulator.js [--facts [--days 3]]
import { parseArgs } from 'node:util';
import type { ScenarioName } from '../src/core/simulation/scenarios.ts';
import { SimulatedMarket } from '../src/core/simulation/simulated-market.ts';
import { FactsRecorder, type StylisedFacts } from '../src/core/simulation/stylised-facts.ts';

const START_MS = Date.UTC(2026, 0, 1);
const DAY_MS = 86_400_000;
const EVENTS = 10_000_000;

function speed(): void {
  const market = new SimulatedMarket({ seed: 1, scenario: 'medium', startTimeMs: START_MS });
  let events = 0;
  const count = (): void => {
    events += 1;
  };
  let timeMs = START_MS;
  const run = (until: number): void => {
    while (events < until) {
      timeMs += 1_000;
      market.advance(timeMs, count);
    }
  };
  run(200_000); // compiled and grown before it is measured
  const warm = { events, rss: process.memoryUsage().rss, marketMs: timeMs };
  const began = process.cpuUsage();
  run(warm.events + EVENTS);
  // Time on the processor: on a busy machine the wall clock says how busy it is.
  const used = process.cpuUsage(began);
  const seconds = (used.user + used.system) / 1e6;
  const made = events - warm.events;
  const marketSeconds = (timeMs - warm.marketMs) / 1_000;
  console.log(
    `events             ${made} of ${market.instruments.length} instruments in ${seconds.toFixed(2)} s of processor time`,
  );
  console.log(`events per second  ${(made / seconds / 1e6).toFixed(2)} M`);
  console.log(`market per core    ${(marketSeconds / seconds).toFixed(0)} market seconds per second`);
  console.log(`events per market second  ${(made / marketSeconds).toFixed(0)}`);
  console.log(`growth of memory   ${((process.memoryUsage().rss - warm.rss) / 2 ** 20).toFixed(1)} MiB`);
}

function history(): void {
  for (let round = 1; round <= 3; round += 1) {
    const market = new SimulatedMarket({ seed: round, scenario: 'medium', startTimeMs: START_MS });
    const began = process.cpuUsage();
    let bars = 0;
    for (const _bar of market.history(2_880)) bars += 1;
    const used = process.cpuUsage(began);
    console.log(`history, round ${round}   ${bars} bars in ${((used.user + used.system) / 1_000).toFixed(0)} ms`);
  }
}

/** Rows of quant section 8, SIM-3 and SIM-4: name, accepted range, reading. */
const ROWS: readonly [string, string, (facts: StylisedFacts) => number][] = [
  ['variance ratio 60 s / 1 s', '0.93 to 1.05', (facts) => facts.varianceRatio],
  ['kurtosis of 1 min returns', '> 4', (facts) => facts.kurtosisMinute],
  ['ACF of |r|, lag 1 min', '> 0.1', (facts) => facts.absoluteReturnAcf1],
  ['ACF of |r|, lag 10 min', '> 0.05', (facts) => facts.absoluteReturnAcf10],
  ['ACF of trade signs, lag 1', '> 0.05', (facts) => facts.tradeSignAcf1],
  ['R2 of OFI, same 10 s', '0.4 to 0.8', (facts) => facts.ofiR2],
  ['R2 of TFI, same 10 s', '0.3 to 0.7', (facts) => facts.tfiR2],
  ['R2 of OFI, next 10 s', '< 0.001', (facts) => facts.ofiNextR2],
  ['R2 of TFI, next 10 s', '< 0.001', (facts) => facts.tfiNextR2],
  ['volatility, % a year', '60 to 120', (facts) => facts.volatilityPercent],
];

function facts(scenario: ScenarioName, symbols: readonly string[], days: number): void {
  const columns = symbols.map((symbol) => {
    const market = new SimulatedMarket({ seed: 3, scenario, startTimeMs: START_MS, symbols: [symbol] });
    const recorder = new FactsRecorder(symbol);
    market.advance(START_MS + days * DAY_MS, (event) => recorder.add(event));
    return recorder.facts();
  });
  console.log(`\n${scenario}, ${days} days, seed 3`);
  console.log(['', 'wanted', ...symbols].map((cell, i) => cell.padEnd(i === 0 ? 28 : 14)).join(''));
  for (const [name, wanted, read] of ROWS) {
    const cells = columns.map((column) => read(column).toFixed(4).padEnd(14));
    console.log(name.padEnd(28) + wanted.padEnd(14) + cells.join(''));
  }
}

const { values } = parseArgs({ options: { facts: { type: 'boolean' }, days: { type: 'string', default: '3' } } });
if (values.facts) {
  for (const scenario of ['null_strict', 'medium'] as const) {
    facts(scenario, ['BTCUSDT', 'LTCUSDT', 'WIFUSDT', '1000PEPEUSDT'], Number(values.days));
  }
} else {
  history();
  speed();
}
