import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Census } from './census.ts';

it('counts votes and abstentions by strategy, and silences by name', () => {
  const census = new Census(['one', 'two']);
  census.countOpinions([
    { side: 'buy', strength: 90, reason: 'up' },
    { side: undefined, reason: 'no book' },
  ]);
  census.countOpinions([
    { side: 'sell', strength: 60, reason: 'down' },
    { side: undefined, reason: 'warming up' },
  ]);
  census.countSilence('tie');
  assert.equal(census.fusionRuns, 2);
  assert.deepEqual(census.strategies, {
    one: { buy: 1, sell: 1, abstained: {} },
    two: { buy: 0, sell: 0, abstained: { 'no book': 1, 'warming up': 1 } },
  });
  assert.deepEqual(census.silences, { tie: 1 });
});

it('tells what was counted in each market minute that is over, and keeps an hour of them', () => {
  const census = new Census(['one']);
  census.fromMs = 60_000;
  census.passTo(30_000);
  census.countSilence('tie');
  census.passTo(60_000);
  assert.deepEqual(census.minutes, [], 'what warms up is not told');
  census.countSilence('tie');
  census.countSilence('cool_down');
  census.countSignal();
  census.passTo(90_000);
  assert.deepEqual(census.minutes, [], 'the minute is not over');
  census.passTo(120_000);
  census.countSilence('tie');
  census.passTo(180_500);
  assert.deepEqual(census.minutes, [
    { fromMs: 60_000, signals: 1, silences: { tie: 1, cool_down: 1 } },
    { fromMs: 120_000, signals: 0, silences: { tie: 1 } },
  ]);
  for (let minute = 4; minute < 100; minute += 1) census.passTo(minute * 60_000);
  assert.deepEqual(
    [census.minutes.length, (census.minutes as readonly { fromMs: number }[]).at(-1)?.fromMs],
    [60, 98 * 60_000],
  );
});

it('stays bounded when a strategy makes up a new reason every time', () => {
  const census = new Census(['chatty']);
  for (let look = 0; look < 1_000; look += 1) {
    census.countOpinions([{ side: undefined, reason: `RSI ${look}` }]);
  }
  const { abstained } = census.strategies.chatty!;
  assert.equal(Object.keys(abstained).length, 201);
  assert.equal(abstained['other reasons'], 800);
  assert.equal(abstained['RSI 7'], 1);
});
