import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Bar } from './bar.ts';
import { BarAggregator } from './bar-builder.ts';
import { MinuteShelf } from './minute-shelf.ts';
import { MINUTE_MS, TIMEFRAMES } from './timeframe.ts';

const minute = (number: number): Bar => ({
  ...{ kind: 'bar', symbol: 'ETHUSDT', timeframe: '1m', openTimeMs: number * MINUTE_MS },
  ...{ closeTimeMs: (number + 1) * MINUTE_MS, open: number, high: number + 2, low: number - 1, close: number + 1 },
  ...{ volume: 3, buyVolume: number % 7 === 0 ? undefined : 1 },
});

it('keeps the newest minutes, and joins them as the strategies see them', () => {
  const law = fc.property(
    fc.integer({ min: 1, max: 300 }),
    fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 500 }),
    fc.integer({ min: 1, max: 400 }),
    (minutesMax, steps, barsMax) => {
      const shelf = new MinuteShelf('ETHUSDT', minutesMax);
      const all: Bar[] = [];
      let number = 0;
      for (const step of steps) {
        // Mostly the next one: steps above 1 are minutes that nobody watched.
        number += step === 3 ? 3 : 1;
        all.push(minute(number));
        shelf.add(minute(number));
      }
      const kept = all.slice(-minutesMax);
      for (const timeframe of TIMEFRAMES) {
        const aggregator = new BarAggregator(timeframe);
        const joined = timeframe === '1m' ? kept : kept.flatMap((bar) => aggregator.add(bar) ?? []);
        assert.deepEqual(shelf.bars(timeframe, barsMax), joined.slice(-barsMax));
      }
    },
  );
  fc.assert(law, { numRuns: 200 });
});
