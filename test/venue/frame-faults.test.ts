import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { PlainClient, Received } from './client.testing.ts';
import type { FaultOrder } from './fault-kinds.ts';
import type { Fault } from './faults.ts';
import { LocalBook } from './local-book.testing.ts';
import { Stand } from './stand.testing.ts';

const TRADES = 'btcusdt@aggTrade';
const DEPTH = 'btcusdt@depth@100ms';

/** A fault of one stream of one contract: what came before it, with it and after it. */
async function strike(
  stand: Stand,
  stream: string,
  order: FaultOrder,
): Promise<{ client: PlainClient; frames: Received[]; fault: Fault; before: number }> {
  const path = stream.includes('aggTrade') ? 'market' : 'public';
  const client = await stand.client(`/${path}/stream?streams=${stream}/ethusdt@${stream.split('@')[1]}`);
  await stand.advance(10_000, client);
  const before = client.of(stream).length;
  assert.ok(before > 10);
  const fault = stand.venue.fault({ symbol: 'BTCUSDT', ...order });
  await stand.advance(10_000, client);
  return { client, frames: client.of(stream), fault, before };
}

const idsOf = (frames: readonly Received[]): number[] => frames.map(({ data }) => data.a);
/** Where an id is not one more than the one before. */
const jumps = (ids: readonly number[]): number[] =>
  ids.flatMap((id, i) => (i > 0 && id !== ids[i - 1]! + 1 ? [i] : []));
/** Where a change of a book does not follow the one before. */
const breaks = (frames: readonly Received[]): number[] =>
  frames.flatMap(({ data }, i) => (i > 0 && data.pu !== frames[i - 1]!.data.u ? [i] : []));

it(
  'gap: as many trades are missing as were ordered, of this contract only, and each is on record with its time',
  Stand.run(async (stand) => {
    const { client, frames, fault, before } = await strike(stand, TRADES, { kind: 'gap', count: 3 });
    const ids = idsOf(frames);
    assert.deepEqual(jumps(ids), [before]);
    assert.equal(ids[before]! - ids[before - 1]!, 4);
    assert.deepEqual(jumps(idsOf(client.of('ethusdt@aggTrade'))), []);
    assert.equal(fault.active, false);
    const missing = fault.occurrences.map(({ payload }) => JSON.parse(payload ?? '') as { a: number; T: number });
    assert.deepEqual(
      missing.map(({ a }) => a),
      [1, 2, 3].map((more) => ids[before - 1]! + more),
    );
    assert.ok(fault.occurrences.every(({ marketMs }, i) => Math.abs(marketMs - missing[i]!.T) <= 10));
  }),
);

it(
  'gap: a missing change of the book breaks its chain once, at every speed',
  Stand.run(async (stand) => {
    for (const stream of ['btcusdt@depth', 'btcusdt@depth@500ms', 'btcusdt@depth@0ms', DEPTH]) {
      const { frames, before } = await strike(stand, stream, { kind: 'gap', stream });
      assert.deepEqual(breaks(frames), [before], stream);
    }
  }),
);

it(
  'duplicate: a frame comes twice, reorder: two change places',
  Stand.run(async (stand) => {
    const twice = await strike(stand, TRADES, { kind: 'duplicate' });
    const ids = idsOf(twice.frames);
    assert.deepEqual(jumps(ids), [twice.before + 1]);
    assert.equal(ids[twice.before + 1], ids[twice.before]);

    const swapped = await strike(stand, TRADES, { kind: 'reorder' });
    const order = idsOf(swapped.frames).slice(swapped.before - 1, swapped.before + 3);
    assert.deepEqual(
      order.map((id) => id - order[0]!),
      [0, 2, 1, 3],
    );
  }),
);

it(
  'late: a trade comes seconds after its time, old: it says that it is, and nothing else is wrong',
  Stand.run(async (stand) => {
    const { frames, fault } = await strike(stand, TRADES, { kind: 'late', byMs: 3_000 });
    const [missing] = fault.occurrences;
    const id = JSON.parse(missing?.payload ?? '').a as number;
    const at = frames.findIndex(({ data }) => data.a === id);
    const late = frames[at]!.data;
    assert.ok(frames[at - 1]!.data.T - late.T > 2_000);
    assert.deepEqual(
      idsOf(frames).toSorted((a, b) => a - b),
      idsOf(frames).map((_, i) => frames[0]!.data.a + i),
    );

    const old = await strike(stand, TRADES, { kind: 'old', byMs: 60_000 });
    const said = old.frames[old.before]!.data;
    assert.ok(old.frames[old.before - 1]!.data.T - said.T > 50_000);
    assert.deepEqual(jumps(idsOf(old.frames)), []);
  }),
);

it(
  'wrong-sequence: the chain breaks although nothing is missing',
  Stand.run(async (stand) => {
    const { frames, before } = await strike(stand, DEPTH, { kind: 'wrong-sequence' });
    assert.deepEqual(breaks(frames), [before]);
    assert.equal(frames[before]!.data.pu, frames[before - 1]!.data.u - 7);
    const trades = await strike(stand, TRADES, { kind: 'wrong-sequence', stream: 'aggTrade' });
    const ids = idsOf(trades.frames);
    assert.deepEqual(jumps(ids), [trades.before, trades.before + 1]);
    assert.ok(ids[trades.before]! < ids[trades.before - 1]!);
  }),
);

it(
  'crossed: a bid above the ask, in the book of whoever applies it, and in the best prices',
  Stand.run(async (stand) => {
    const client = await stand.client(`/public/stream?streams=${DEPTH}/btcusdt@bookTicker`);
    await stand.advance(2_000, client);
    const book = new LocalBook(await stand.json('/depth?symbol=BTCUSDT&limit=1000'));
    await stand.advance(2_000, client);
    const fault = stand.venue.fault({ kind: 'crossed', symbol: 'BTCUSDT' });
    await stand.advance(200, client);
    const states = client.of(DEPTH).map(({ data }) => {
      book.apply(data);
      return book.crossed;
    });
    assert.equal(fault.struck, 1);
    assert.deepEqual([states.includes(true), book.broken], [true, 0]);
    stand.venue.fault({ kind: 'crossed', symbol: 'BTCUSDT', stream: 'bookTicker' });
    await stand.advance(5_000, client);
    const crossed = client.of('btcusdt@bookTicker').filter(({ data }) => Number(data.b) > Number(data.a));
    assert.equal(crossed.length, 1);
  }),
);

it(
  'wrong-type: a field holds what it never should, and the frame is JSON all the same',
  Stand.run(async (stand) => {
    const { frames, before } = await strike(stand, TRADES, { kind: 'wrong-type' });
    assert.equal(typeof frames[before]!.data.p, 'number');
    assert.equal(typeof frames[before + 1]!.data.p, 'string');
    const chosen: readonly (readonly [string, string, unknown])[] = [
      ['q', '"NaN"', 'NaN'],
      ['T', '"soon"', 'soon'],
      ['m', 'null', null],
      ['p', '"-1.0"', '-1.0'],
      ['a', 'missing', undefined],
    ];
    for (const [field, value, seen] of chosen) {
      const wrong = await strike(stand, TRADES, { kind: 'wrong-type', field, value });
      assert.equal(wrong.frames[wrong.before]!.data[field], seen, field);
    }
    const depth = await strike(stand, DEPTH, { kind: 'wrong-type', field: 'b', value: '[[1,2]]' });
    assert.deepEqual(depth.frames[depth.before]!.data.b, [[1, 2]]);
  }),
);

it(
  'truncated: half a frame stands where one was',
  Stand.run(async (stand) => {
    const { client, frames, fault, before } = await strike(stand, TRADES, { kind: 'truncated' });
    assert.deepEqual(jumps(idsOf(frames)), [before]);
    const broken = client.received.filter(({ data }) => data === undefined);
    assert.equal(broken.length, 1);
    assert.ok(fault.occurrences[0]?.payload?.startsWith(broken[0]!.text));
  }),
);

it(
  'silence: of one stream, then of everything, and it ends',
  Stand.run(async (stand) => {
    const { client, fault } = await strike(stand, TRADES, { kind: 'silence', stream: 'aggTrade', forMs: 5_000 });
    assert.ok(fault.struck > 10);
    const bitcoin = client.of(TRADES);
    const longest = Math.max(...bitcoin.slice(1).map(({ data }, i) => data.T - bitcoin[i]!.data.T));
    assert.ok(longest >= 5_000 && longest < 9_000, String(longest));
    const others = client.of('ethusdt@aggTrade').length;
    const all = stand.venue.fault({ kind: 'silence' });
    await stand.advance(5_000, client);
    assert.equal(client.of('ethusdt@aggTrade').length, others);
    all.stop();
    await stand.advance(5_000, client);
    assert.ok(client.of('ethusdt@aggTrade').length > others);
  }),
);
