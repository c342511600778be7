import assert from 'node:assert/strict';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createGzip } from 'node:zlib';
import { openTape } from '../src/adapters/replay/tape.ts';

const ROWS = 500_000;
const GROWTH_MIB_MAX = 10;

function* rows(): Generator<string> {
  for (let n = 0; n < ROWS; n += 100) {
    let text = '';
    for (let row = n; row < n + 100; row += 1) {
      text += `${row},${2000 + (row % 977) / 100},0.${1 + (row % 899)},1,2,${1_700_000_000_000 + row * 7},${row % 3 === 0}\n`;
    }
    yield text;
  }
}

it('needs no more memory at the end of a file than after its first rows', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-memory-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'XUSDT-aggTrades-2023-11.csv.gz');
  await pipeline(Readable.from(rows()), createGzip({ level: 1 }), createWriteStream(path));

  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heldMiB = (): number => {
    collect();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return (heapUsed + external + arrayBuffers) / 2 ** 20;
  };
  const tape = await openTape([{ path }]);
  assert.ok(tape.ok);
  const held: number[] = [];
  let trades = 0;
  for await (const batch of tape.value.batches()) {
    const before = trades;
    for (const event of batch) if (event.kind === 'trade') trades += 1;
    if (Math.floor(trades / 50_000) > Math.floor(before / 50_000)) held.push(heldMiB());
  }
  assert.equal(trades, ROWS);
  assert.ok(held.length >= 9);
  const growthMiB = Math.max(...held.slice(1)) - held[0]!;
  t.diagnostic(`held after every 50,000 rows, MiB: ${held.map((mib) => mib.toFixed(1)).join(' ')}`);
  assert.ok(growthMiB < GROWTH_MIB_MAX, `grew by ${growthMiB.toFixed(1)} MiB`);
});
