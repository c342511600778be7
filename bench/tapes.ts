// How fast recorded files become events: two years of one-minute bars and two million trades, plain, gzip, and merged.
//   node dist/bench/tapes.js
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { openTape } from '../src/adapters/replay/tape.ts';

const BARS = 1_051_200;
const TRADES = 2_000_000;
const START_MS = Date.UTC(2024, 0, 1);
const ROUNDS = 3;

/** Made-up rows with as many digits as the published ones. */
function barRow(n: number): string {
  const [open, close] = [2_000 + ((n * 31) % 977) / 100, 2_000 + ((n * 37) % 977) / 100];
  const [high, low] = [Math.max(open, close) + 0.05, Math.min(open, close) - 0.05];
  const prices = [open, high, low, close].map((price) => price.toFixed(2)).join(',');
  const openMs = START_MS + n * 60_000;
  const volume = 100 + (n % 9_777) / 7;
  const quote = (volume * 2_000).toFixed(5);
  return `${openMs},${prices},${volume.toFixed(3)},${openMs + 59_999},${quote},${n % 900},${(volume / 2).toFixed(3)},${quote},0\n`;
}

function tradeRow(n: number): string {
  const price = (2_000 + ((n * 31) % 977) / 100).toFixed(2);
  return `${n},${price},${(0.001 + (n % 3_000) / 1_000).toFixed(3)},${2 * n},${2 * n + 1},${START_MS + n * 17},${n % 3 === 0}\n`;
}

async function write(path: string, rows: number, row: (n: number) => string): Promise<string> {
  function* blocks(): Generator<string> {
    for (let from = 0; from < rows; from += 1_000) {
      yield Array.from({ length: Math.min(1_000, rows - from) }, (_, n) => row(from + n)).join('');
    }
  }
  const target = createWriteStream(path);
  if (path.endsWith('.gz')) await pipeline(Readable.from(blocks()), createGzip(), target);
  else await pipeline(Readable.from(blocks()), target);
  return path;
}

async function read(name: string, paths: readonly string[]): Promise<void> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    const tape = await openTape(paths.map((path) => ({ path })));
    if (!tape.ok) throw new Error(tape.problem);
    let events = 0;
    for await (const batch of tape.value.batches()) events += batch.length;
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const { rowCount, totalBytes } = tape.value.progress;
    const rate = `${(rowCount / seconds / 1e6).toFixed(2)} M rows/s`;
    const bytes = `${(totalBytes / 2 ** 20).toFixed(0)} MiB`;
    const cpuSeconds = ((user + system) / 1e6).toFixed(2);
    console.log(
      `${name.padEnd(22)} ${rowCount} rows, ${bytes}: ${seconds.toFixed(2)} s (CPU ${cpuSeconds} s), ${rate}, ${events} events`,
    );
  }
}

const folder = mkdtempSync(join(tmpdir(), 'tapewire-bench-'));
try {
  const bars = await write(join(folder, 'AUSDT-1m-2024.csv'), BARS, barRow);
  const packed = await write(join(folder, 'BUSDT-1m-2024.csv.gz'), BARS, barRow);
  const trades = await write(join(folder, 'AUSDT-aggTrades-2024.csv'), TRADES, tradeRow);
  console.log(
    `bytes a row: bars ${(statSync(bars).size / BARS).toFixed(0)}, trades ${(statSync(trades).size / TRADES).toFixed(0)}`,
  );
  await read('bars, csv', [bars]);
  await read('bars, csv.gz', [packed]);
  await read('trades, csv', [trades]);
  await read('bars and trades merged', [bars, packed, trades]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
