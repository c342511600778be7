import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Bar } from '../market/bar.ts';
import { create, minuteBar, opinionsByBar } from './strategies.testing.ts';
import type { Opinion } from './strategy.ts';
import { volumeBreakout } from './volume-breakout.ts';

/** 20 bars between 99 and 101 with volume 10 (ATR 2), then `last`. */
function after(last: Partial<Bar> & { readonly close: number }, usualVolume = 10): Opinion {
  const quiet = Array.from({ length: 20 }, (_, i) =>
    minuteBar(i, { close: 100, high: 101, low: 99, volume: usualVolume, buyVolume: usualVolume / 2 }),
  );
  return opinionsByBar(create(volumeBreakout), [...quiet, minuteBar(20, last)]).at(-1)!;
}

it('votes 100 on a close half an ATR outside the range, at three times the volume and delta ratio 0.5', () => {
  assert.deepEqual(after({ close: 102, volume: 30, buyVolume: 22.5 }), {
    side: 'buy',
    strength: 100,
    reason: 'close 102.0 above 20-bar high 101.0, volume 3.0x, delta ratio 0.50',
  });
  assert.deepEqual(after({ close: 98, volume: 30, buyVolume: 7.5 }), {
    side: 'sell',
    strength: 100,
    reason: 'close 98.0 below 20-bar low 99.0, volume 3.0x, delta ratio -0.50',
  });
});

it('grades between its bounds: halfway out on the least volume and the least delta is 50 + 50 × (0.5 + 0 + 0) / 3', () => {
  const vote = after({ close: 101.5, volume: 15, buyVolume: 8.25 }); // delta ratio (8.25 - 6.75) / 15 = 0.1
  assert.equal(vote.side, 'buy');
  assert.ok(vote.side && Math.abs(vote.strength - (50 + 25 / 3)) < 1e-9);
});

it('votes at most 75 where nobody knows who crossed the spread, and says so', () => {
  assert.deepEqual(after({ close: 102, volume: 30, buyVolume: undefined }), {
    side: 'buy',
    strength: 75,
    reason: 'close 102.0 above 20-bar high 101.0, volume 3.0x, flow unknown',
  });
  assert.equal((after({ close: 98.5, volume: 15 }) as { strength?: number }).strength, 50 + 25 / 4);
});

it('calls 1.5 times the volume 1.5 times the volume in any unit of size', () => {
  for (const unit of [1, 0.01, 0.001, 0.07, 3e-5, 1e6]) {
    const vote = after({ close: 101.5, volume: 15 * unit, buyVolume: 8.25 * unit }, 10 * unit);
    assert.equal(vote.side, 'buy', `unit ${unit}: ${vote.reason}`);
  }
});

it('names why it is silent', () => {
  assert.equal(after({ close: 101, high: 140, volume: 30, buyVolume: 30 }).reason, 'inside the range');
  assert.equal(after({ close: 102, volume: 14.9, buyVolume: 14.9 }).reason, 'volume too low');
  assert.equal(after({ close: 102, volume: 30, buyVolume: 15 }).reason, 'flow disagrees');
  assert.equal(after({ close: 98, volume: 30, buyVolume: 30 }).reason, 'flow disagrees');
  assert.equal(after({ close: 102, volume: 30 }, 0).reason, 'no volume');
  const early = opinionsByBar(create(volumeBreakout), [minuteBar(0, { close: 100 })]);
  assert.equal(early[0]!.reason, 'warming up');
});
