// How long two years of one-minute candles take: six strategies on 1m, 3m and 5m, and every signal they lead to.
//   node dist/bench/candles.js [--rounds 5]        from parsed rows, and from a CSV through the tape reader
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openTape } from '../src/adapters/replay/tape.ts';
import type { EngineEvent } from '../src/core/engine/event.ts';
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

/** A random walk on the grid of a cent, as minutes of a liquid contract move: about 5 basis points each. */
function makeCandles(): Bar[] {
  const random = Random.of(1, 'candles');
  const cents = (price: number) => Math.round(price * 100) / 100;
  const candles: Bar[] = [];
  let close = 3_000;
  for (let n = 0; n < CANDLES; n += 1) {
    const open = close;
    close = cents(Math.min(30_000, Math.max(300, open * (1 + (random.uniform() - 0.5) * 0.0017))));
    const volume = Math.round(10_000 + random.uniform() * 500_000) / 1_000;
    candles.push({
      kind: 'bar',
      symbol: SYMBOL,
      timeframe: '1m',
      openTimeMs: START_MS + n * MINUTE_MS,
      closeTimeMs: START_MS + (n + 1) * MINUTE_MS,
      open,
      high: cents(Math.max(open, close) + random.uniform()),
      low: cents(Math.min(open, close) - random.uniform()),
      close,
      volume,
      buyVolume: Math.round(volume * random.uniform() * 1_000) / 1_000,
    });
  }
  return candles;
}

function row({ openTimeMs, closeTimeMs, open, high, low, close, volume, buyVolume }: Bar): string {
  const prices = [open, high, low, close].map((price) => price.toFixed(2)).join(',');
  const quoteVolume = (volume * close).toFixed(5);
  const bought = buyVolume!.toFixed(3);
  return `${openTimeMs},${prices},${volume.toFixed(3)},${closeTimeMs - 1},${quoteVolume},900,${bought},${quoteVolume},0\n`;
}

/** @returns how many signals were issued */
function feed(apply: (event: EngineEvent) => readonly { kind: string }[], candles: readonly Bar[]): number {
  let signals = 0;
  for (const candle of candles) for (const { kind } of apply(candle)) if (kind === 'signal_issued') signals += 1;
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
const candles = makeCandles();
const folder = mkdtempSync(join(tmpdir(), 'tapewire-bench-'));
try {
  const path = join(folder, `${SYMBOL}-1m-2024.csv`);
  for (let from = 0; from < CANDLES; from += 50_000) {
    writeFileSync(
      path,
      candles
        .slice(from, from + 50_000)
        .map(row)
        .join(''),
      { flag: 'a' },
    );
  }
  const parsed: Took[] = [];
  let signals = 0;
  for (let round = 0; round < rounds; round += 1) {
    const engine = newEngine(settings, [SYMBOL]);
    globalThis.gc?.();
    const watch = startWatch();
    signals = feed((event) => engine.apply(event), candles);
    parsed.push(watch());
  }
  report('from parsed rows', parsed, signals);

  candles.length = 0;
  const csv: Took[] = [];
  for (let round = 0; round < rounds; round += 1) {
    globalThis.gc?.();
    const watch = startWatch();
    signals = await fromCsv(path);
    csv.push(watch());
  }
  report('from CSV', csv, signals);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
