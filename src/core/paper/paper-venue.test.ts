import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ETH, quote, START_MS, trade } from '../engine/scripted.testing.ts';
import type { Book } from '../market/book.ts';
import { Random } from '../simulation/random.ts';
import type { PaperFill, PaperOrder } from './order.ts';
import { PAPER } from './paper.testing.ts';
import { PaperVenue, wholeSteps } from './paper-venue.ts';

function book(atMs: number, bids: readonly [number, number][], asks: readonly [number, number][]): Book {
  const [bidPrices, bidSizes] = [bids.map(([price]) => price), bids.map(([, size]) => size)];
  const [askPrices, askSizes] = [asks.map(([price]) => price), asks.map(([, size]) => size)];
  return { kind: 'book', symbol: ETH.symbol, bidPrices, bidSizes, askPrices, askSizes, eventTimeMs: START_MS + atMs };
}

const order = (changes: Partial<PaperOrder>): PaperOrder => ({
  ...{ id: 'o', symbol: ETH.symbol, side: 'buy', type: 'market', qty: 1, activeAtMs: START_MS + 100 },
  ...changes,
});

const plain = (fills: readonly PaperFill[]) =>
  fills.map(({ qty, price, role, leavesQty }) => [qty, price, role, leavesQty]);

it('walks the book, level by level, and waits with what is left for another size to be shown', () => {
  const venue = new PaperVenue(PAPER, 'test');
  venue.submit(order({ qty: 3 }), ETH);
  const asks: [number, number][] = [
    [3500, 1],
    [3501, 0.5],
  ];
  assert.deepEqual(venue.onBook(book(99, [[3499, 9]], asks)), [], 'it is still under way');
  assert.deepEqual(plain(venue.onBook(book(100, [[3499, 9]], asks))), [[1.5, (3500 + 0.5 * 3501) / 1.5, 'taker', 1.5]]);
  assert.deepEqual(venue.onBook(book(200, [[3499, 9]], asks)), [], 'the same sizes are what we took already');
  assert.deepEqual(plain(venue.onBook(book(300, [[3499, 9]], [[3500, 2]]))), [[1.5, 3500, 'taker', 0]]);
  assert.equal(venue.isWaiting(ETH.symbol), false);
  assert.deepEqual(venue.positions, { ETHUSDT: 3 });
});

it('goes no further than the price of the order allows', () => {
  const venue = new PaperVenue(PAPER, 'test');
  venue.submit(order({ qty: 3, price: 3500.5 }), ETH);
  assert.deepEqual(
    plain(
      venue.onBook(
        book(
          100,
          [[3499, 9]],
          [
            [3500, 1],
            [3501, 5],
          ],
        ),
      ),
    ),
    [[1, 3500, 'taker', 2]],
  );
  assert.equal(venue.cancel(ETH.symbol, 'o'), 2);
  assert.equal(venue.cancel(ETH.symbol, 'o'), undefined);
});

it('fills a stop where the market is then: a gap costs what it costs', () => {
  const venue = new PaperVenue(PAPER, 'test');
  venue.submit(order({ type: 'stop', side: 'sell', price: 3490 }), ETH);
  assert.deepEqual(venue.onBook(book(100, [[3490.01, 9]], [[3491, 9]])), []);
  assert.deepEqual(plain(venue.onBook(book(200, [[3470, 9]], [[3471, 9]]))), [[1, 3470, 'taker', 0]]);
});

it('closes together no more than is open, the stop first', () => {
  const venue = new PaperVenue(PAPER, 'test');
  const reduces = { qty: 1 };
  venue.submit(order({ id: 'tp', type: 'limit', side: 'sell', price: 3500, reduces }), ETH);
  venue.submit(order({ id: 'sl', type: 'stop', side: 'sell', price: 3600, reduces }), ETH);
  // Both would be met by the same book.
  const fills = venue.onBook(book(100, [[3550, 9]], [[3551, 9]]));
  assert.deepEqual(
    fills.map(({ orderId, qty }) => [orderId, qty]),
    [['sl', 1]],
  );
  assert.equal(reduces.qty, 0);
});

it('counts a target as filled by the model: through it, at it in one of two cases, or at it', () => {
  const at = (fillModel: 'risk_averse' | 'prob' | 'touch', price: number, seed = 'test') => {
    const venue = new PaperVenue({ ...PAPER, fillModel }, seed);
    venue.submit(order({ type: 'limit', side: 'sell', price: 3500 }), ETH);
    return venue.onQuote(quote(100, price, price + 1)).length;
  };
  assert.deepEqual([at('risk_averse', 3500), at('risk_averse', 3500.01)], [0, 1]);
  assert.deepEqual([at('touch', 3500), at('touch', 3499.99)], [1, 0]);
  const drawn = Array.from({ length: 400 }, (_, seed) => at('prob', 3500, `${seed}`)).reduce((a, b) => a + b, 0);
  assert.ok(drawn > 150 && drawn < 250, `${drawn} of 400`);
});

it('takes a print for all there is where nothing else is known, and asks for more than it says', () => {
  const venue = new PaperVenue(PAPER, 'test');
  venue.submit(order({ qty: 1.5 }), ETH);
  assert.deepEqual(plain(venue.onTrade(trade(100, 3500))), [[1, 3500 * 1.0001, 'taker', 0.5]]);
  const quoted = new PaperVenue(PAPER, 'test');
  quoted.submit(order({}), ETH);
  quoted.onQuote(quote(50, 3499, 3500));
  assert.deepEqual(quoted.onTrade(trade(100, 3500)), [], 'there are quotes: they say what can be had');
});

it('moves what waits, and lets alone what is under way', () => {
  const venue = new PaperVenue(PAPER, 'test');
  venue.submit(order({ type: 'stop', side: 'sell', price: 3490 }), ETH);
  venue.move(ETH.symbol, 'o', 3480);
  assert.deepEqual(venue.onBook(book(200, [[3485, 9]], [[3486, 9]])), []);
  assert.equal(venue.onBook(book(300, [[3480, 9]], [[3481, 9]])).length, 1);
});

it('counts in whole steps', () => {
  assert.deepEqual([wholeSteps(0.3, 0.1), wholeSteps(0.29, 0.1), wholeSteps(2.999, 1)], [0.3, 0.2, 2]);
});

/** BT-3. Every order, every book and every print from a seed; what the venue does is held to what was shown. */
it('never fills before an order is there, nor beyond what is displayed, in 100,000 random orders', () => {
  const chance = Random.of(3, 'orders');
  const venue = new PaperVenue({ ...PAPER, fillModel: 'touch' }, 'random');
  const known = new Map<string, PaperOrder>();
  const whole = (upTo: number): number => Math.floor(chance.uniform() * upTo);
  let [nowMs, middle, fills, violations] = [START_MS, 350_000, 0, 0];
  // The books repeat their sizes, so that what was taken must be remembered.
  const shown = new Map<string, { size: number; taken: number }>();
  for (let count = 0; count < 100_000; count += 1) {
    nowMs += whole(40);
    const type = (['market', 'stop', 'limit'] as const)[whole(3)]!;
    const side = chance.uniform() < 0.5 ? 'buy' : 'sell';
    const price = (middle + whole(40) - 20) / 100;
    const qty = wholeSteps((1 + whole(4_000)) * ETH.stepSize, ETH.stepSize);
    const placed: PaperOrder = {
      ...{ id: `o${count}`, symbol: ETH.symbol, side, type, qty, activeAtMs: nowMs + whole(250) },
      ...(type === 'market' && chance.uniform() < 0.5 ? {} : { price }),
    };
    known.set(placed.id, placed);
    venue.submit(placed, ETH);
    middle += whole(5) - 2;
    const side_ = (away: 1 | -1): [number, number][] =>
      Array.from({ length: 1 + whole(4) }, (_, level) => [(middle + away * (1 + level)) / 100, (1 + whole(3)) / 2]);
    const [bids, asks] = [side_(-1), side_(1)];
    const told = venue.onBook(book(nowMs - START_MS, bids, asks));
    const taken = { buy: 0, sell: 0 };
    for (const { orderId, qty: filled, price: at, role, leavesQty, atMs } of told) {
      fills += 1;
      const { activeAtMs, side: of, price: limit, qty: asked, type: kind } = known.get(orderId)!;
      taken[of] += filled;
      const steps = filled / ETH.stepSize;
      const isBeyond = kind !== 'stop' && limit !== undefined && (of === 'buy' ? at > limit + 1e-9 : at < limit - 1e-9);
      const isOdd = Math.abs(steps - Math.round(steps)) > 1e-6 || filled <= 0 || filled > asked + 1e-9 || leavesQty < 0;
      if (atMs < activeAtMs || isBeyond || isOdd || (role === 'maker') !== (kind === 'limit')) violations += 1;
    }
    // Ours is the smaller part of it: a level that shows the same size again has nothing left for us.
    for (const [of, levels] of [
      ['buy', asks],
      ['sell', bids],
    ] as const) {
      let left = 0;
      for (const [at, size] of levels) {
        const key = `${of} ${at}`;
        const before = shown.get(key);
        if (before?.size !== size) shown.set(key, { size, taken: 0 });
        left += size - shown.get(key)!.taken;
      }
      if (taken[of] > left + 1e-6) violations += 1;
      let rest = taken[of];
      for (const [at, size] of levels) {
        const level = shown.get(`${of} ${at}`)!;
        const part = Math.min(rest, size - level.taken);
        level.taken += part;
        rest -= part;
      }
    }
    if (count % 50 === 49) for (const id of known.keys()) venue.cancel(ETH.symbol, id);
    if (count % 50 === 49) {
      known.clear();
      shown.clear();
    }
  }
  assert.equal(violations, 0);
  assert.ok(fills > 50_000, `${fills} fills`);
});
