// How long two years of one-minute candles take: six strategies on 1m, 3m and 5m, and every signal they lead to.
//   node dist/bench/candles.js [--rounds 5]        from parsed rows, and from a CSV through the tape reader
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openTape } from '../src/adapters/replay/tape.ts';
import type { Bar } from '../src/core/market/bar.ts';
import { Random } from '../src/core/simulation/random.ts';
import { defaultSettings, newEngine } from './default-engine.testing.ts';
import { machine, spread, startWatch, type Took } from './measure.testing.ts';

const CANDLES = 1_051_200;
const SYMBOL = 'AUSDT';
const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2024, 0, 1);
const TARGET_SECONDS = 2;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const rounds = Number(values.rounds);
const settings = await defaultSettings();

/** What a parsed row holds; the open time follows from its place. */
const COLUMNS = 6;

/** A random walk on the grid of a cent, as minutes of a liquid contract move: about 5 basis points each. */
function makeRows(): Float64Array {
  const random = Random.of(1, 'candles');
  const cents = (price: number) => Math.round(price * 100) / 100;
  const rows = new Float64Array(CANDLES * COLUMNS);
  let close = 3_000;
  for (let n = 0; n < CANDLES; n += 1) {
    const open = close;
    close = cents(Math.min(30_000, Math.max(300, open * (1 + (random.uniform() - 0.5) * 0.0017))));
    const high = cents(Math.max(open, close) + random.uniform());
    const low = cents(Math.min(open, close) - random.uniform());
    const volume = Math.round(10_000 + random.uniform() * 500_000) / 1_000;
    const buyVolume = Math.round(volume * random.uniform() * 1_000) / 1_000;
    rows.set([open, high, low, close, volume, buyVolume], n * COLUMNS);
  }
  return rows;
}

/** The event of a row, made anew for each as a tape does. */
function barOf(rows: Float64Array, n: number): Bar {
  const at = n * COLUMNS;
  const openTimeMs = START_MS + n * MINUTE_MS;
  return {
    kind: 'bar',
    symbol: SYMBOL,
    timeframe: '1m',
    openTimeMs,
    closeTimeMs: openTimeMs + MINUTE_MS,
    open: rows[at]!,
    high: rows[at + 1]!,
    low: rows[at + 2]!,
    close: rows[at + 3]!,
    volume: rows[at + 4]!,
    buyVolume: rows[at + 5]!,
  };
}

function lineOf({ openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume }: Bar): string {
  const prices = [open, high, low, close].map((price) => price.toFixed(2)).join(',');
  const quoteVolume = (volume * close).toFixed(5);
  const bought = buyVolume!.toFixed(3);
  return `${openTimeMs},${prices},${volume.toFixed(3)},${closeTimeMs - 1},${quoteVolume},900,${bought},${quoteVolume},0\n`;
}

/** @returns how many signals were issued */
function fromRows(rows: Float64Array): number {
  const engine = newEngine(settings, [SYMBOL]);
  let signals = 0;
  for (let n = 0; n < CANDLES; n += 1) {
    for (const { kind } of engine.apply(barOf(rows, n))) if (kind === 'signal_issued') signals += 1;
  }
  return signals;
}

function report(name: string, times: readonly Took[], signals: number): void {
  const cpu = times.map((took) => took.cpu);
  console.log(
    `${name.padEnd(18)} wall s: ${spread(
      times.map(({ wall }) => wall),
      2,
    )} (target < ${TARGET_SECONDS})`,
  );
  console.log(`${''.padEnd(18)} CPU s:  ${spread(cpu, 2)}; ${signals} signals`);
}

async function fromCsv(path: string): Promise<number> {
  const tape = await openTape([{ path }]);
  if (!tape.ok) throw new Error(tape.problem);
  const engine = newEngine(settings, []);
  let signals = 0;
  for await (const batch of tape.value.batches()) {
    for (const event of batch) for (const { kind } of engine.apply(event)) if (kind === 'signal_issued') signals += 1;
  }
  return signals;
}

console.log(machine());
const rows = makeRows();
const folder = mkdtempSync(join(tmpdir(), 'tapewire-bench-'));
try {
  const path = join(folder, `${SYMBOL}-1m-2024.csv`);
  for (let from = 0; from < CANDLES; from += 50_000) {
    const count = Math.min(50_000, CANDLES - from);
    writeFileSync(path, Array.from({ length: count }, (_, n) => lineOf(barOf(rows, from + n))).join(''), { flag: 'a' });
  }
  const found = new Set<number>();
  for (const [name, run] of [
    ['from parsed rows', () => fromRows(rows)],
    ['from CSV', () => fromCsv(path)],
  ] as const) {
    const times: Took[] = [];
    let signals = 0;
    for (let round = 0; round < rounds; round += 1) {
      const watch = startWatch();
      signals = await run();
      times.push(watch());
    }
    report(name, times, signals);
    found.add(signals);
  }
  if (found.size > 1) throw new Error(`the same candles gave ${[...found].join(' and ')} signals`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
