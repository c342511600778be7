import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { TapeEvent } from '../src/adapters/replay/decode-row.ts';
import { openTape } from '../src/adapters/replay/tape.ts';
import { TapeReader } from '../src/adapters/replay/tape-reader.ts';
import { TAPE_KINDS, type TapeKind } from '../src/adapters/replay/tape-source.ts';

const SEED = Number(process.env.TAPE_FUZZ_SEED ?? 20260101);
const LINES = 10_000;
const T = 1_700_000_040_000;

/** A small generator of chance that repeats from its seed (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** A row that is right, the `n`th of its file. */
const GOOD: Readonly<Record<TapeKind, (n: number) => string>> = {
  aggTrades: (n) => `${n},2000.50,0.250,${n},${n},${T + n * 60_000},true`,
  trades: (n) => `${n},2000.50,0.250,500.125,${T + n * 60_000},false`,
  klines: (n) => `${T + n * 60_000},10.5,12.25,9.75,11,500,${T + n * 60_000 + 59_999},5500,30,250,2750,0`,
  bookTicker: (n) => `${n},10.5,100,10.75,200,${T + n * 60_000},${T + n * 60_000 + 3}`,
  book_snapshot: (n) => `venue,X,${T + n * 60_000}000,${T}000,10.75,5,10.5,6,11,7,10.25,8`,
};

const NASTY = [
  ...['', ' ', '0', '-0', '-1', '1e5', '1e309', 'NaN', 'Infinity', '-Infinity', 'null', 'undefined', 'true', 'TRUE'],
  ...['0x10', '1_000', '+1', '.5', '5.', '1.2.3', '999999999999999999999', '0.0000000000000000000001', '"1"', "'1'"],
  ...['1,2', '\u0661', '\u00a0', '\0', '\ufeff1', '１', '1 2', '00000001', '1700000040', '1700000040000000000'],
];

type Mutation = (line: string, next: (below: number) => number) => string;

const inField = (line: string, next: (below: number) => number, change: (field: string) => string): string => {
  const fields = line.split(',');
  const at = next(fields.length);
  fields[at] = change(fields[at]!);
  return fields.join(',');
};

const MUTATIONS: readonly Mutation[] = [
  (line, next) => inField(line, next, () => NASTY[next(NASTY.length)]!),
  (line, next) => inField(line, next, (field) => `-${field}`),
  (line, next) => inField(line, next, (field) => field + '0'.repeat(1 + next(30))),
  (line, next) => inField(line, next, (field) => String(Number(field) * [0, 0.001, 1e6, -1][next(4)]!)),
  (line, next) => inField(line, next, (field) => field.slice(0, next(field.length + 1))),
  (line, next) => inField(line, next, (field) => `${field}${String.fromCharCode(next(256))}`),
  (line, next) => {
    const at = next(line.length);
    return line.slice(0, at) + String.fromCharCode(next(256)) + line.slice(at + 1);
  },
  (line, next) => line.slice(0, next(line.length)),
  (line, next) => line.slice(next(line.length)),
  (line, next) => `${line},${NASTY[next(NASTY.length)]}`,
  (line, next) => line.split(',').toSpliced(next(4), 1).join(','),
  (line, next) => {
    const fields = line.split(',');
    const [a, b] = [next(fields.length), next(fields.length)];
    [fields[a], fields[b]] = [fields[b]!, fields[a]!];
    return fields.join(',');
  },
  (line) => line.replaceAll(',', ';'),
  (_, next) => Array.from({ length: next(200) }, () => String.fromCharCode(next(256))).join(''),
  (line, next) => line + ','.repeat(next(3000)),
];

function assertSane(event: TapeEvent, line: string): void {
  const numbers = Object.values(event).flatMap((value: unknown) => (typeof value === 'object' ? value : [value]));
  for (const number of numbers) if (typeof number === 'number') assert.ok(Number.isFinite(number) && number >= 0, line);
  assert.ok(isPossible(event), line);
}

function isPossible(event: TapeEvent): boolean {
  switch (event.kind) {
    case 'trade':
      return event.price > 0 && event.size > 0 && Number.isSafeInteger(event.eventTimeMs);
    case 'bar':
      return (
        event.low > 0 &&
        event.low <= Math.min(event.open, event.close) &&
        event.high >= Math.max(event.open, event.close) &&
        event.closeTimeMs % 60_000 === 0
      );
    case 'quote':
      return event.bidPrice > 0 && event.bidPrice <= event.askPrice;
    case 'book':
      return event.bidPrices[0]! > 0 && event.bidPrices[0]! <= event.askPrices[0]!;
  }
}

it(`decodes or names each of ${LINES} malformed lines, and goes on after it`, (t) => {
  const next = chance(SEED);
  const count = { judged: 0, decoded: 0, refused: 0 };
  const names = new Set<string>();
  for (let n = 0; n < LINES; n += 1) {
    const kind = TAPE_KINDS[n % TAPE_KINDS.length]!;
    const good = GOOD[kind];
    const malformed = MUTATIONS[next(MUTATIONS.length)]!(good(5), next).replaceAll('\n', ' ');
    const reader = new TapeReader({ kind, symbol: 'X', tickSize: undefined });
    const events: TapeEvent[] = [];
    reader.push(Buffer.from(`${good(4)}\n`), events);
    assert.equal(events.length, 1);
    reader.push(Buffer.from(`${malformed}\n`, next(2) === 0 ? 'latin1' : 'utf8'), events);
    count.judged += reader.judgedCount - 1;
    const decoded = events.length - 1;
    const refused = reader.log.problems.reduce((sum, problem) => sum + problem.count, 0);
    const isEmpty = /^\r?$/.test(malformed);
    assert.equal(decoded + refused, isEmpty ? 0 : 1, `${kind}: ${malformed}`);
    for (const event of events) assertSane(event, malformed);
    count.decoded += decoded;
    count.refused += refused;
    for (const { name } of reader.log.problems) names.add(name);

    // A row whose time was turned into a later one is believed; everything else leaves the next row alone.
    reader.push(Buffer.from(`${good(6)}\n`), events);
    const readOn = events.length - 1 - decoded;
    assert.ok(readOn === 1 || decoded === 1, `after ${malformed}`);
  }
  t.diagnostic(`seed ${SEED}: ${count.judged} of ${LINES} lines reached validation of their values`);
  t.diagnostic(`${count.decoded} were still right, ${count.refused} refused as: ${[...names].sort().join(', ')}`);
  assert.ok(count.judged > LINES / 3, 'most lines must get further than the count of their columns');
  assert.ok(names.size >= 10, 'the malformed lines must reach most refusals');
});

it('opens or refuses 300 damaged files with words, and always comes to their end', { timeout: 60_000 }, async (t) => {
  const next = chance(SEED + 1);
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-fuzz-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'XUSDT-aggTrades-2024.csv.gz');
  let opened = 0;
  for (let n = 0; n < 300; n += 1) {
    const text = Array.from({ length: 200 }, (_, row) => `${GOOD.aggTrades(row)}\n`).join('');
    const bytes = n % 3 === 0 ? Buffer.from(text) : gzipSync(text);
    for (let flips = next(12); flips > 0; flips -= 1) bytes[next(bytes.length)] = next(256);
    const cut = next(3) === 0 ? bytes.subarray(0, next(bytes.length)) : bytes;
    const padding =
      next(3) === 0 ? Buffer.from(Array.from({ length: next(50) }, () => next(256))) : Buffer.alloc(next(9));
    writeFileSync(path, Buffer.concat([cut, padding]));
    const tape = await openTape([{ path }]);
    if (!tape.ok) {
      assert.match(tape.problem, /^XUSDT-aggTrades-2024\.csv\.gz: \w/);
      continue;
    }
    opened += 1;
    let timeMs = 0;
    for await (const event of tape.value) {
      if (event.kind !== 'trade') continue;
      assertSane(event, path);
      assert.ok(event.eventTimeMs >= timeMs);
      timeMs = event.eventTimeMs;
    }
  }
  t.diagnostic(`${opened} of 300 damaged files could be opened`);
  assert.ok(opened > 50 && opened < 299);
});
