import assert from 'node:assert/strict';
import { it } from 'node:test';
import { InvariantError } from '../assert.ts';
import { itself, obeysTheLaws } from './laws.testing.ts';
import { SessionVwap } from './session-vwap.ts';

const DAY_MS = 86_400_000;

obeysTheLaws({
  name: 'session vwap',
  create: () => new SessionVwap(),
  input: ({ close, volume, timeMs }) => ({ price: close, size: volume, timeMs }),
  parts: itself(1),
  batch: (candles) => {
    let day = 0;
    let paid = 0;
    let size = 0;
    return candles.map(({ close, volume, timeMs }) => {
      if (Math.floor(timeMs / DAY_MS) !== day) [day, paid, size] = [Math.floor(timeMs / DAY_MS), 0, 0];
      paid += close * volume;
      size += volume;
      return [paid / size];
    });
  },
  // It remembers its whole session.
  memory: undefined,
});

it('weighs prices with their size and begins anew at midnight UTC', () => {
  const vwap = new SessionVwap();
  assert.equal(vwap.value, undefined);
  assert.equal(vwap.add({ price: 10, size: 3, timeMs: DAY_MS - 2 }), 10);
  assert.equal(vwap.add({ price: 20, size: 1, timeMs: DAY_MS - 1 }), 12.5);
  assert.equal(vwap.peek({ price: 30, size: 1, timeMs: DAY_MS }), 30);
  assert.equal(vwap.value, 12.5);
  assert.equal(vwap.add({ price: 30, size: 1, timeMs: DAY_MS }), 30);
});

it('counts a late trade in the running session, and says nothing before the first volume', () => {
  const vwap = new SessionVwap();
  vwap.add({ price: 10, size: 1, timeMs: DAY_MS });
  assert.equal(vwap.add({ price: 20, size: 1, timeMs: DAY_MS - 1 }), 15);
  assert.equal(vwap.add({ price: 30, size: 1, timeMs: DAY_MS }), 20);
  assert.equal(vwap.add({ price: 99, size: 0, timeMs: 2 * DAY_MS }), undefined);
  assert.equal(vwap.add({ price: 40, size: 2, timeMs: 2 * DAY_MS }), 40);
});

it('refuses a size below 0', () => {
  assert.throws(() => new SessionVwap().add({ price: 1, size: -1, timeMs: 0 }), InvariantError);
});
