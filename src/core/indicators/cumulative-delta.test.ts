import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CumulativeDelta } from './cumulative-delta.ts';
import { itself, obeysTheLaws } from './laws.testing.ts';

const DAY_MS = 86_400_000;

obeysTheLaws({
  name: 'cumulative delta',
  create: () => new CumulativeDelta(),
  input: ({ buyVolume, sellVolume, timeMs }) => ({ buyVolume, sellVolume, timeMs }),
  parts: itself(0, 1),
  batch: (candles) => {
    let day = 0;
    let sum = 0;
    // What rounding took from the sum (Neumaier), as a day's volume is a thousand times larger than what is left of it.
    let lost = 0;
    return candles.map(({ buyVolume, sellVolume, timeMs }) => {
      if (Math.floor(timeMs / DAY_MS) !== day) [day, sum, lost] = [Math.floor(timeMs / DAY_MS), 0, 0];
      for (const volume of [buyVolume, -sellVolume]) {
        const total = sum + volume;
        lost += Math.abs(sum) >= Math.abs(volume) ? sum - total + volume : volume - total + sum;
        sum = total;
      }
      return [sum + lost];
    });
  },
  // It remembers its whole session.
  memory: undefined,
});

it('adds up what aggressors did since midnight UTC', () => {
  const delta = new CumulativeDelta();
  assert.equal(delta.value, undefined);
  assert.equal(delta.add({ buyVolume: 3, sellVolume: 0, timeMs: 5 }), 3);
  assert.equal(delta.add({ buyVolume: 0, sellVolume: 5, timeMs: DAY_MS - 1 }), -2);
  assert.equal(delta.add({ buyVolume: 1, sellVolume: 0, timeMs: DAY_MS }), 1);
  assert.equal(delta.add({ buyVolume: 1, sellVolume: 0, timeMs: DAY_MS - 1 }), 2);
});
