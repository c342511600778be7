import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { EMPTY_BASE } from '../../core/delivery/books.ts';
import type { Trade } from '../../core/market/trade.ts';
import type { RecordingFault } from '../../ports/recorder.ts';
import type { SessionStart } from './header.ts';
import { openRecording } from './recording.ts';
import { RecordingReader } from './recording-reader.ts';
import { RecordingWriter, type WriterOptions } from './recording-writer.ts';
import type { RecordedStep } from './step.ts';

const START: SessionStart = {
  session: '00112233445566778899aabbccddeeff',
  version: '0.0.0',
  kind: 'SIMULATED',
  market: 'SIMULATED medium',
  source: 'a test',
  runAnchor: 'test',
  asked: ['ETHUSDT'],
  marketTimeMs: 1_700_000_000_000,
  wallTimeMs: 1_700_000_000_000,
  decided: true,
  settings: { strategies: [], sections: {} },
};

function tapeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-recording-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Does not repeat, so that it can hardly be deflated. */
const trade = (n: number): Trade => ({
  ...{ kind: 'trade', symbol: 'ETHUSDT', tradeId: n, aggressor: n % 2 === 0 ? 'buy' : 'sell' },
  ...{ price: 2000 + (Math.imul(n, 2654435761) >>> 12) / 1e4, size: (Math.imul(n, 40503) >>> 7) / 1e3 },
  eventTimeMs: 1_700_000_000_000 + n,
});

function open(folder: string, options: Partial<WriterOptions> = {}): Promise<RecordingWriter> {
  return RecordingWriter.open({
    ...{ start: START, books: EMPTY_BASE, to: { folder }, fileBytes: 1e9, keepFreeBytes: 0, nowMs: () => 42 },
    onFault: ({ reason }) => assert.fail(reason),
    ...options,
  });
}

async function record(folder: string, count: number, options: Partial<WriterOptions> = {}): Promise<Trade[]> {
  const writer = await open(folder, options);
  const trades = Array.from({ length: count }, (_, n) => trade(n));
  for (const each of trades) writer.applied(each, []);
  await writer.close();
  return trades;
}

const filesOf = (folder: string): string[] => readdirSync(folder).map((name) => join(folder, name));

async function readAll(paths: readonly string[]) {
  const recording = await openRecording(paths);
  assert.ok(recording.ok, recording.ok ? '' : recording.problem);
  const steps: RecordedStep[] = [];
  for (const session of recording.value.sessions) for await (const batch of session.batches()) steps.push(...batch);
  const endings = recording.value.sessions.flatMap(({ reports }) => reports.map(({ ending }) => ending));
  return { steps, endings, recording: recording.value };
}

it('gives back what was recorded, and knows that it is whole', async (t) => {
  const folder = tapeFolder(t);
  const trades = await record(folder, 20_000);
  const { steps, endings } = await readAll(filesOf(folder));
  assert.deepEqual(steps, trades);
  assert.deepEqual(endings, [{ kind: 'closed', end: { continues: false, steps: 20_000 } }]);
  assert.match(filesOf(folder)[0]!, /simulated-20231114T221320Z-00112233-0000\.tape$/);
});

it('goes on in another file when one is full, and reads them in any order', async (t) => {
  const folder = tapeFolder(t);
  const writer = await open(folder, { fileBytes: 300_000 });
  const trades: Trade[] = [];
  // In pieces, so that the disk has its turn: a file is full when it is on disk.
  for (let n = 0; n < 200_000; n += 1) {
    trades.push(trade(n));
    writer.applied(trades[n]!, []);
    if (n % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.close();
  const files = filesOf(folder);
  assert.ok(files.length >= 3, `${files.length} files`);
  const { steps, endings } = await readAll([...files].reverse());
  assert.equal(steps.length, trades.length);
  assert.deepEqual(steps, trades);
  assert.deepEqual(
    endings.map((ending) => ending.kind === 'closed' && ending.end.continues),
    files.map((_, part) => part < files.length - 1),
  );
  const holed = await openRecording(files.filter((_, part) => part !== 1));
  assert.match(holed.ok ? '' : holed.problem, /part 1 of this session is missing or given twice$/);
});

it('reads everything before the place where a file was cut, wherever that is', async (t) => {
  const folder = tapeFolder(t);
  const trades = await record(folder, 30_000);
  const [path] = filesOf(folder);
  const whole = readFileSync(path!);
  const reader = await RecordingReader.open(path!);
  assert.ok(reader.ok);
  const ends = new Set([whole.length]);
  for await (const _ of reader.value.batches()) ends.add(reader.value.readBytes);
  let counted = 0;
  for (let size = whole.length - 1; size > 2_000; size -= 9_973) {
    truncateSync(path!, size);
    const { steps, endings } = await readAll([path!]);
    assert.ok(steps.length <= trades.length && steps.length >= 0);
    assert.deepEqual(steps, trades.slice(0, steps.length));
    assert.equal(endings[0]!.kind, ends.has(size) ? 'open' : 'torn', `at ${size}`);
    counted += 1;
    writeFileSync(path!, whole);
  }
  assert.ok(counted >= 5, `only ${counted} cuts`);
});

it('says where a file is damaged, and stops there', async (t) => {
  const folder = tapeFolder(t);
  const trades = await record(folder, 30_000);
  const [path] = filesOf(folder);
  const whole = readFileSync(path!);
  for (let at = 0; at < whole.length; at += 4_999) {
    const bytes = Buffer.from(whole);
    bytes[at] = bytes[at]! ^ 0x10;
    writeFileSync(path!, bytes);
    const { steps, endings, recording } = await readAll([path!]).catch((error: unknown) => {
      throw new Error(`at ${at}`, { cause: error });
    });
    const isTold = recording.unreadable.length === 1 || endings[0]!.kind === 'torn';
    assert.ok(isTold, `nobody noticed byte ${at}`);
    assert.deepEqual(steps, trades.slice(0, steps.length));
  }
});

it('notices a block that was taken out', async (t) => {
  const folder = tapeFolder(t);
  await record(folder, 30_000);
  const [path] = filesOf(folder);
  const reader = await RecordingReader.open(path!);
  assert.ok(reader.ok);
  const ends: number[] = [];
  for await (const _ of reader.value.batches()) ends.push(reader.value.readBytes);
  assert.ok(ends.length >= 3);
  const whole = readFileSync(path!);
  writeFileSync(path!, Buffer.concat([whole.subarray(0, ends[0]), whole.subarray(ends[1])]));
  const { endings } = await readAll([path!]);
  assert.deepEqual(endings, [{ kind: 'torn', atByte: ends[0], problem: 'block 3 stands in the place of block 2' }]);
});

it('ends the recording, and nothing else, when the disk has too little room', async (t) => {
  const folder = tapeFolder(t);
  const faults: RecordingFault[] = [];
  const writer = await open(folder, { keepFreeBytes: 1e18, onFault: (fault) => faults.push(fault) });
  for (let n = 0; n < 20_000; n += 1) writer.applied(trade(n), []);
  await writer.close();
  assert.equal(faults.length, 1);
  assert.match(faults[0]!.reason, /less than 1000000000000 MB are free on the disk \(recording\.keepFreeMb\)$/);
  assert.deepEqual([writer.fault, faults[0]!.sinceMs], [faults[0], 42]);
  const { steps, endings } = await readAll(filesOf(folder));
  assert.deepEqual([steps, endings], [[], [{ kind: 'open' }]]);
});

it('leaves alone a file that is there', async (t) => {
  const folder = tapeFolder(t);
  const file = join(folder, 'mine.tape');
  writeFileSync(file, 'mine');
  await assert.rejects(open(folder, { to: { file } }), { code: 'EEXIST' });
  assert.equal(readFileSync(file, 'utf8'), 'mine');
});
