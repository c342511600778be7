// How many trades a second pass the full path: event in, bars, six strategies on three timeframes, fusion, signals.
//   node dist/bench/trades.js [--rounds 5]
// The mix is that of the embedded market, scenario medium, all instruments: trades with their quotes and books of ten
// levels. Beside it a tape of trades alone, as aggTrades are recorded. Making the events is not counted.
import { parseArgs } from 'node:util';
import type { Engine } from '../src/core/engine/engine.ts';
import type { MarketEvent } from '../src/core/engine/event.ts';
import { SimulatedMarket } from '../src/core/simulation/simulated-market.ts';
import { defaultSettings, newEngine } from './default-engine.testing.ts';
import { machine, median, startWatch } from './measure.testing.ts';

const START_MS = Date.UTC(2026, 0, 1);
const EVENTS_A_ROUND = 1_000_000;
const PORTION = 2_000;
const WARM_UP_MINUTES = 1_440;
const TARGET = 500_000;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const settings = await defaultSettings();

type Writable<T> = T extends T ? { -readonly [K in keyof T]: T[K] } : never;

/**
 * Copies of events that their source reuses, to be applied after the making is over. The copies are reused as well, and
 * few: the engine meets its events in the cache, as it does when they come straight from a source.
 */
class Portion {
  readonly events: Writable<MarketEvent>[] = [];
  readonly #spare = new Map<string, Writable<MarketEvent>[]>();

  keep(event: MarketEvent): void {
    const copy = this.#spare.get(event.kind)?.pop() ?? { ...event };
    Object.assign(copy, event);
    if (copy.kind === 'book' && event.kind === 'book') {
      for (const side of ['bidPrices', 'bidSizes', 'askPrices', 'askSizes'] as const) {
        copy[side] = Float64Array.from(event[side]);
      }
    }
    this.events.push(copy);
  }

  clear(): void {
    for (const event of this.events) {
      const spare = this.#spare.get(event.kind);
      if (spare === undefined) this.#spare.set(event.kind, [event]);
      else spare.push(event);
    }
    this.events.length = 0;
  }
}

interface Round {
  readonly trades: number;
  readonly events: number;
  readonly cpu: number;
  readonly wall: number;
}

function runRound(market: SimulatedMarket, clock: { ms: number }, engine: Engine, wanted: Set<string>): Round {
  const sum = { trades: 0, events: 0, cpu: 0, wall: 0 };
  const portion = new Portion();
  while (sum.events < EVENTS_A_ROUND) {
    while (portion.events.length < PORTION) {
      clock.ms += 100;
      market.advance(clock.ms, (event) => {
        if (wanted.has(event.kind)) portion.keep(event);
      });
    }
    const watch = startWatch();
    for (const event of portion.events) engine.apply(event);
    const { cpu, wall } = watch();
    sum.cpu += cpu;
    sum.wall += wall;
    sum.events += portion.events.length;
    for (const { kind } of portion.events) if (kind === 'trade') sum.trades += 1;
    portion.clear();
  }
  return sum;
}

function measure(name: string, kinds: readonly MarketEvent['kind'][], symbols: readonly string[] | undefined): void {
  const market = new SimulatedMarket({
    seed: 1,
    scenario: 'medium',
    startTimeMs: START_MS,
    ...(symbols === undefined ? {} : { symbols }),
  });
  const engine = newEngine(settings, []);
  for (const instrument of market.instruments) engine.apply({ kind: 'instrument', instrument });
  for (const bar of market.history(WARM_UP_MINUTES)) engine.apply(bar);
  const wanted = new Set<string>(kinds);
  const clock = { ms: START_MS };
  runRound(market, clock, engine, wanted);
  const measured = Array.from({ length: rounds }, () => runRound(market, clock, engine, wanted));
  const perSecond = measured.map(({ trades, wall }) => trades / wall);
  const byCpu = measured.map(({ trades, cpu }) => trades / cpu);
  const { trades, events } = measured.at(-1)!;
  const thousand = (value: number): string => `${(value / 1e3).toFixed(0)}k`;
  const share = `${((100 * trades) / events).toFixed(0)} % of the events are trades`;
  const line = `best ${thousand(Math.max(...perSecond))}, median ${thousand(median(perSecond))}, worst ${thousand(Math.min(...perSecond))}`;
  console.log(`${name}: ${market.instruments.length} instruments, ${share}`);
  console.log(`  trades a second  ${line} (target >= ${thousand(TARGET)})`);
  console.log(`  by CPU time      best ${thousand(Math.max(...byCpu))}, median ${thousand(median(byCpu))}`);
  console.log(
    `  all events       median ${thousand(median(measured.map((round) => round.events / round.wall)))} a second`,
  );
}

console.log(machine());
measure('trades, quotes and books', ['trade', 'quote', 'book', 'clock'], undefined);
measure('the same of one contract', ['trade', 'quote', 'book', 'clock'], ['ETHUSDT']);
measure('trades alone', ['trade', 'clock'], ['ETHUSDT']);
