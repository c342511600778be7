import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { MarketEvent } from '../../core/engine/event.ts';
import { firstTimeMs, openTape, type Tape } from './tape.ts';
import type { TapeSource } from './tape-source.ts';

const T = 1_700_000_040_000; // A whole minute.
const folder = mkdtempSync(join(tmpdir(), 'tapewire-tape-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Trades `from..to`, one each 10 ms. */
function trades(from: number, to: number, price = '2000.5'): string {
  const rows = Array.from(
    { length: to - from },
    (_, n) => `${from + n},${price},0.25,1,2,${T + 10 * (from + n)},true\n`,
  );
  return rows.join('');
}

const bars = (...minutes: number[]): string =>
  minutes.map((n) => `${T + n * 60_000},10,12,9,11,5,${T + n * 60_000 + 59_999},1,1,1,1,0\n`).join('');

/** A zip with these files, by the book: local headers, central directory, end record. */
function zip(files: Readonly<Record<string, string>>, method: 0 | 8 = 8): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const data = method === 8 ? deflateRawSync(text) : Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(text), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(Buffer.byteLength(text), 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, rest, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, listed, end]);
}

async function open(...sources: readonly (string | TapeSource)[]): Promise<Tape> {
  const tape = await openTape(sources.map((source) => (typeof source === 'string' ? { path: source } : source)));
  assert.ok(tape.ok, tape.ok ? '' : tape.problem);
  return tape.value;
}

async function refusal(...paths: readonly string[]): Promise<string> {
  const tape = await openTape(paths.map((path) => ({ path })));
  return tape.ok ? '' : tape.problem;
}

async function all(tape: Tape): Promise<readonly MarketEvent[]> {
  const events: MarketEvent[] = [];
  for await (const event of tape) events.push(event);
  return events;
}

const brief = (event: MarketEvent): string => {
  if (event.kind === 'instrument') return `instrument ${event.instrument.symbol}`;
  if (event.kind === 'bar') return `bar ${event.symbol} ${event.closeTimeMs - T}`;
  return 'eventTimeMs' in event
    ? `${event.kind} ${'symbol' in event ? `${event.symbol} ` : ''}${event.eventTimeMs - T}`
    : '';
};

it('reads the same from plain text, gzip and zip, whatever the file is called', async () => {
  const text = trades(0, 3000);
  const expected = await all(await open(file('ETHUSDT-aggTrades-2024-01.csv', text)));
  assert.equal(expected.filter(({ kind }) => kind === 'trade').length, 3000);
  const packed = {
    'ETHUSDT-aggTrades-2024-02.csv.gz': gzipSync(text),
    'ETHUSDT-aggTrades-2024-03.zip': zip({ 'ETHUSDT-aggTrades-2024-03.csv': text }),
    'ETHUSDT-aggTrades-2024-04.zip': zip({ 'some.csv': text }, 0),
    'ETHUSDT-aggTrades-2024-05.csv': gzipSync(text),
    'ETHUSDT-aggTrades-2024-06.csv.gz': Buffer.concat([gzipSync(trades(0, 1000)), gzipSync(trades(1000, 3000))]),
  };
  for (const [name, bytes] of Object.entries(packed)) {
    const tape = await open(file(name, bytes));
    assert.deepEqual(await all(tape), expected, name);
    const { progress, summaries, problems } = tape;
    assert.equal(progress.readBytes, progress.totalBytes, name);
    assert.deepEqual([progress.rowCount, summaries[0]?.eventCount, problems], [3000, 3000, {}], name);
  }
});

it('begins with the instruments, tells every second that has events once, and merges by time, kind and order', async () => {
  const ticker = `1,10,1,11,1,${T + 60_000},${T}\n2,10,1,11,1,${T + 60_500},${T}\n`;
  const trade = (ms: number): string => `1,10,1,1,2,${T + ms},true\n`;
  const tape = await open(
    file('AAA-aggTrades-1.csv', trade(60_000)),
    file('BBB-aggTrades-1.csv', trade(60_000)),
    file('AAA-bookTicker-1.csv', ticker),
    file('AAA-1m-1.csv', bars(0, 1)),
    file('AAA-book_snapshot_1-1.csv', `v,S,${T}000,${T}000,11,1,10,1\nv,S,${T + 60_000}000,${T}000,11,1,10,1\n`),
  );
  assert.deepEqual((await all(tape)).map(brief), [
    ...['instrument AAA', 'instrument BBB'],
    ...['clock 0', 'book AAA 0'],
    ...['bar AAA 60000', 'clock 60000', 'book AAA 60000', 'quote AAA 60000'],
    ...['trade AAA 60000', 'trade BBB 60000', 'quote AAA 60500'],
    ...['bar AAA 120000', 'clock 120000'],
  ]);
  assert.equal(tape.firstTimeMs, T);
  assert.equal(tape.label, '5 files');
});

it('merges any files into what sorting all their rows would give, a clock before every second', async () => {
  const times = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 1, maxLength: 12 });
  const law = fc.asyncProperty(fc.array(times, { minLength: 1, maxLength: 8 }), async (strands) => {
    const sorted = strands.map((halfSeconds) => [...halfSeconds].sort((a, b) => a - b).map((n) => T + n * 500));
    const paths = sorted.map((stamps, n) =>
      file(`S${n}-aggTrades-law.csv`, stamps.map((ms, id) => `${id},10,1,1,1,${ms},true\n`).join('')),
    );
    const rows = sorted.flatMap((stamps, order) => stamps.map((ms) => ({ ms, order })));
    rows.sort((a, b) => a.ms - b.ms || a.order - b.order);
    const expected = strands.map((_, n) => `instrument S${n}`);
    let second = 0;
    for (const { ms, order } of rows) {
      const of = Math.floor(ms / 1000) * 1000;
      if (of > second) expected.push(`clock ${of - T}`);
      second = of;
      expected.push(`trade S${order} ${ms - T}`);
    }
    assert.deepEqual((await all(await open(...paths))).map(brief), expected);
  });
  await fc.assert(law, { numRuns: 60 });
});

it('joins files of one instrument, and tells only once what two of them hold', async () => {
  const may = file('ETHUSDT-1m-2025-05.csv', bars(0, 1, 2));
  const june = file('ETHUSDT-1m-2025-06.csv', bars(2, 3, 4));
  const tape = await open(june, may);
  const closes = (await all(tape)).filter(({ kind }) => kind === 'bar').map(brief);
  assert.deepEqual(
    closes,
    [1, 2, 3, 4, 5].map((n) => `bar ETHUSDT ${n * 60_000}`),
  );
  assert.deepEqual(tape.problems, { 'in another file too': 1 });
  assert.deepEqual(
    tape.summaries.map(({ eventCount }) => eventCount).reduce((sum, count) => sum + count),
    5,
  );
  const twice = await open(
    file('ETHUSDT-aggTrades-7.csv', trades(0, 100)),
    file('ETHUSDT-aggTrades-8.csv', trades(60, 200)),
  );
  assert.equal((await all(twice)).filter(({ kind }) => kind === 'trade').length, 200);
  assert.deepEqual(twice.problems, { 'in another file too': 40 });
});

it('keeps what was read of a file that breaks off, and says so', async () => {
  const packed = gzipSync(trades(0, 20_000));
  const whole = await all(await open(file('ETHUSDT-aggTrades-whole.csv.gz', packed)));
  const torn = await open(file('ETHUSDT-aggTrades-torn.csv.gz', packed.subarray(0, packed.length / 2)));
  const events = await all(torn);
  assert.ok(events.length > whole.length / 3 && events.length < whole.length);
  assert.deepEqual(events, whole.slice(0, events.length));
  assert.deepEqual(torn.problems, { 'cut short or damaged': 1 });
  assert.match(torn.summaries[0]?.problems[0]?.detail ?? '', /unexpected end of file/);

  const padded = Buffer.concat([packed, Buffer.alloc(512)]);
  assert.deepEqual(await all(await open(file('ETHUSDT-aggTrades-padded.csv.gz', padded))), whole);

  const zipped = zip({ 'a.csv': trades(0, 20_000) });
  zipped.fill(0xff, zipped.length / 2, zipped.length / 2 + 40);
  const damaged = await open(file('ETHUSDT-aggTrades-damaged.zip', zipped));
  const before = await all(damaged);
  assert.deepEqual(before.slice(0, 5000), whole.slice(0, 5000));
  assert.equal(damaged.problems['cut short or damaged'], 1);
});

it('refuses with every problem of every file at once', async () => {
  const problem = await refusal(
    file('dump.csv', trades(0, 10)),
    file('ETHUSDT-15m-2025-05.csv', bars(0)),
    join(folder, 'ETHUSDT-1m-absent.csv'),
    file('ETHUSDT-1m-empty.csv', ''),
    file('ETHUSDT-1m-wrong.csv', trades(0, 10)),
    file('ETHUSDT-trades-short.zip', zip({ 'a.csv': trades(0, 1000) }).subarray(0, 900)),
    file('ETHUSDT-trades-two.zip', zip({ 'a.csv': 'x', 'b.csv': 'y' })),
  );
  const lines = problem.split('\n');
  assert.equal(lines.length, 7, problem);
  assert.match(problem, /dump\.csv: its name does not tell/);
  assert.match(problem, /bars of 15m are not read/);
  assert.match(problem, /absent\.csv: cannot be read: there is no such file/);
  assert.match(problem, /empty\.csv: it has no rows/);
  assert.match(problem, /wrong\.csv: 10 of its first 10 rows cannot be read as klines of ETHUSDT.*SYMBOL:kind=/);
  assert.match(problem, /short\.zip: the zip is cut short or damaged/);
  assert.match(problem, /two\.zip: the zip holds 2 files/);
  assert.match(await refusal(), /no tape is named/);
  const both = [file('SOLUSDT-trades-1.csv', ''), file('SOLUSDT-aggTrades-1.csv', trades(0, 9))];
  writeFileSync(both[0]!, `1,10,1,10,${T},true\n`);
  assert.match(await refusal(...both), /SOLUSDT: trades and aggTrades are the same prints/);
});

it('takes the steps from the config, else from the table, else from the digits of the first rows', async () => {
  const steps = async (name: string, text: string, configured = {}): Promise<readonly number[]> => {
    const tape = await openTape([{ path: file(name, text) }], { instruments: configured });
    assert.ok(tape.ok);
    const { tickSize, stepSize } = tape.value.instruments[0]!;
    return [tickSize, stepSize];
  };
  assert.deepEqual(await steps('BTCUSDT-aggTrades-1.csv', trades(0, 9, '94000')), [0.1, 0.001]);
  assert.deepEqual(await steps('BTCUSDT-aggTrades-2.csv', trades(0, 9, '94000.25')), [0.01, 0.01], 'of another venue');
  assert.deepEqual(await steps('NEWUSDT-aggTrades-1.csv', trades(0, 9, '0.01230000')), [0.0001, 0.01]);
  assert.deepEqual(await steps('toString-aggTrades-1.csv', trades(0, 9, '5')), [1, 0.01]);
  const configured = { BTCUSDT: { tick: 0.5, step: 1 } };
  assert.deepEqual(await steps('BTCUSDT-aggTrades-3.csv', trades(0, 9, '94000.25'), configured), [0.5, 1]);

  const later = await open(file('NEWUSDT-aggTrades-2.csv', trades(0, 1500, '1.5') + trades(1500, 1510, '1.555')));
  assert.equal((await all(later)).filter(({ kind }) => kind === 'trade').length, 1510, 'a finer price is kept');
  assert.deepEqual(later.problems, { 'price finer than tick': 10 });
});

it('knows where a clock must start without reading the files', async () => {
  const sources = [{ path: file('AAA-1m-3.csv', bars(3, 4)) }, { path: file('AAA-1m-2.csv', bars(2)) }];
  assert.deepEqual(await firstTimeMs(sources), { ok: true, value: T + 3 * 60_000 });
  assert.equal((await firstTimeMs([{ path: join(folder, 'none.csv') }])).ok, false);
});

it('closes its files when the reader stops early', async () => {
  const tape = await open(file('ETHUSDT-aggTrades-long.csv', trades(0, 60_000)));
  let batches = 0;
  for await (const batch of tape.batches()) {
    batches += 1;
    if (batch.length > 100) break;
  }
  assert.equal(batches, 2);
  assert.ok(tape.progress.readBytes < tape.progress.totalBytes);
});
