import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { openTape } from '../src/adapters/replay/tape.ts';

/** Recorded data are too large to keep in the repository. They lie beside it. */
const DATA = join(import.meta.dirname, '..', '..', '..', 'shared', 'data');
const skip = existsSync(join(DATA, 'MANIFEST.csv')) ? false : 'the recorded data of ../shared/data are not here';

const READ = /^(trades|aggTrades|klines 1m|bookTicker|L2 top-10)/;

/** Every problem of the recordings, and why it is one. All these rows are kept. */
const EXPLAINED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  // One high of 174.733 among prices with two digits: the recording itself has it.
  'SOLUSDT-1m-2025-05-04_2025-05-24.csv.gz': { 'price finer than tick': 1 },
  // Its prices are multiples of 0.25, but for four closes in a stretch that was filled in by interpolation.
  'BTC-PERP-1m-2021-12-31_2022-01-19.csv.gz': { 'price finer than tick': 4 },
};

interface Listed {
  readonly path: string;
  readonly rowCount: number;
  readonly startMs: number;
  readonly endMs: number;
}

function listed(): readonly Listed[] {
  const lines = readFileSync(join(DATA, 'MANIFEST.csv'), 'utf8').trim().split('\n').slice(1);
  const tapes: Listed[] = [];
  for (const line of lines) {
    const fields = (line.match(/("([^"]|"")*"|[^,]*)(,|$)/g) ?? []).map((field) => field.replace(/^"|"?,?$/g, ''));
    const [path, kind, , , rows, start, end] = fields as [string, string, string, string, string, string, string];
    if (!READ.test(kind)) continue;
    tapes.push({ path, rowCount: Number(rows), startMs: Date.parse(start), endMs: Date.parse(end) });
  }
  return tapes;
}

it('reads every recorded file with its number of rows, its span and no problem that is not explained', {
  skip,
}, async (t) => {
  const tapes = listed();
  assert.ok(tapes.length >= 40, `only ${tapes.length} tapes are listed`);
  let rows = 0;
  for (const { path, rowCount, startMs, endMs } of tapes) {
    const tape = await openTape([{ path: join(DATA, path) }]);
    assert.ok(tape.ok, tape.ok ? '' : tape.problem);
    let lastMs = 0;
    for await (const batch of tape.value.batches()) {
      for (const event of batch) {
        const timeMs = event.kind === 'bar' ? event.closeTimeMs : 'eventTimeMs' in event ? event.eventTimeMs : 0;
        assert.ok(timeMs >= lastMs || event.kind === 'instrument', path);
        lastMs = Math.max(lastMs, timeMs);
      }
    }
    const [summary] = tape.value.summaries;
    assert.ok(summary !== undefined);
    const barMs = summary.kind === 'klines' ? 60_000 : 0;
    assert.deepEqual([summary.rowCount, summary.eventCount], [rowCount, rowCount], path);
    assert.deepEqual([summary.firstTimeMs, summary.lastTimeMs], [startMs + barMs, endMs + barMs], path);
    assert.deepEqual(tape.value.problems, EXPLAINED[summary.name] ?? {}, path);
    rows += rowCount;
  }
  t.diagnostic(`${tapes.length} files, ${rows} rows`);
});

it('merges bars of twelve instruments minute by minute', { skip }, async () => {
  const tapes = listed().filter(({ path }) => /binance-um\/.*-1m-2025-05/.test(path));
  assert.equal(tapes.length, 12);
  const tape = await openTape(tapes.map(({ path }) => ({ path: join(DATA, path) })));
  assert.ok(tape.ok);
  const lastOf = new Map<string, number>();
  let [clockMs, barMs, bars] = [0, 0, 0];
  for await (const event of tape.value) {
    if (event.kind === 'clock') {
      assert.ok(event.eventTimeMs > clockMs);
      clockMs = event.eventTimeMs;
      assert.equal(clockMs, barMs, 'the clock comes right behind the bars that close with it');
    } else if (event.kind === 'bar') {
      assert.ok(event.closeTimeMs > clockMs);
      barMs = event.closeTimeMs;
      assert.ok(event.closeTimeMs > (lastOf.get(event.symbol) ?? 0));
      lastOf.set(event.symbol, event.closeTimeMs);
      bars += 1;
    }
  }
  assert.equal(
    bars,
    tapes.reduce((sum, { rowCount }) => sum + rowCount, 0),
  );
  assert.equal(lastOf.size, 12);
});
