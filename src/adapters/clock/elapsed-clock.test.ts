import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../../core/assert.ts';
import { ElapsedClock } from './elapsed-clock.ts';

const START_MS = Date.UTC(2026, 0, 1);

/** A machine whose two clocks we turn by hand. */
class Machine {
  wallMs = 1_700_000_000_000;
  monotonicMs = 5_000;

  run(ms: number): void {
    this.wallMs += ms;
    this.monotonicMs += ms;
  }

  clock(speed = 1): ElapsedClock {
    return new ElapsedClock({
      marketTimeMs: START_MS,
      speed,
      wall: () => this.wallMs,
      monotonic: () => this.monotonicMs,
    });
  }
}

it('runs at its speed', () => {
  const machine = new Machine();
  const clock = machine.clock(60);
  machine.run(1500);
  assert.equal(clock.nowMs(), START_MS + 90_000);
  assert.equal(clock.speed, 60);
});

it('goes on by the monotonic clock when the wall clock is set back', () => {
  const machine = new Machine();
  const clock = machine.clock();
  machine.run(10_000);
  machine.wallMs -= 3_600_000;
  assert.equal(clock.nowMs(), START_MS + 10_000);
  machine.run(5000);
  assert.equal(clock.nowMs(), START_MS + 15_000);
});

it('counts the time of a suspend, in which the monotonic clock stood', () => {
  const machine = new Machine();
  const clock = machine.clock(60);
  machine.run(1000);
  machine.wallMs += 28_800_000;
  assert.equal(clock.nowMs(), START_MS + 60 * 28_801_000);
  machine.run(1000);
  assert.equal(clock.nowMs(), START_MS + 60 * 28_802_000);
});

it('does not stand still after a wall clock that was set ahead and back', () => {
  const machine = new Machine();
  const clock = machine.clock();
  machine.wallMs += 3_600_000;
  assert.equal(clock.nowMs(), START_MS + 3_600_000);
  machine.wallMs -= 3_600_000;
  machine.run(10_000);
  assert.equal(clock.nowMs(), START_MS + 3_610_000);
});

it('is not sped up by two clocks that tick in different grains, however often it is asked', () => {
  let elapsedMs = 0;
  const wall = () => Math.floor(1_700_000_000_000 + elapsedMs);
  const clock = new ElapsedClock({ marketTimeMs: START_MS, speed: 1, wall, monotonic: () => elapsedMs });
  for (let reading = 0; reading < 100_000; reading += 1) {
    elapsedMs += 0.1;
    clock.nowMs();
  }
  assert.ok(Math.abs(clock.nowMs() - START_MS - 10_000) <= 1, `${clock.nowMs() - START_MS} ms after 10 s`);
});

it('changes its rate without a jump', () => {
  const machine = new Machine();
  const clock = machine.clock(60);
  machine.run(1000);
  clock.setRate(20);
  assert.equal(clock.nowMs(), START_MS + 60_000);
  assert.equal(clock.speed, 20);
  machine.run(1000);
  assert.equal(clock.nowMs(), START_MS + 80_000);
  clock.setRate(60);
  machine.run(1000);
  assert.equal(clock.nowMs(), START_MS + 140_000);
});

it('never goes back and never runs slower than the monotonic clock, whatever happens to both', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('run' as const), ms: fc.nat({ max: 10_000 }) }),
    fc.record({ kind: fc.constant('wall' as const), ms: fc.integer({ min: -10_000_000, max: 10_000_000 }) }),
    fc.record({ kind: fc.constant('rate' as const), ms: fc.integer({ min: 1, max: 100 }) }),
  );
  const law = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const machine = new Machine();
    const clock = machine.clock();
    let before = clock.nowMs();
    for (const { kind, ms } of steps) {
      if (kind === 'run') machine.run(ms);
      if (kind === 'wall') machine.wallMs += ms;
      if (kind === 'rate') clock.setRate(ms);
      const now = clock.nowMs();
      const least = kind === 'run' ? ms * clock.speed : 0;
      // A wall clock that lags by less than a step may hide as much of the monotonic time, once.
      assert.ok(now >= before, 'went back');
      assert.ok(now >= before + least - 1000 * clock.speed - 1, 'lost time');
      before = now;
    }
  });
  fc.assert(law);
});

it('refuses a rate that is none', () => {
  const clock = new Machine().clock();
  for (const rate of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => clock.setRate(rate), InvariantError);
  }
});

it('stands still while it is held, and runs from there when it is released, once', () => {
  let elapsedMs = 0;
  const clock = new ElapsedClock({
    marketTimeMs: 1_000_000,
    speed: 20,
    wall: () => 5_000 + elapsedMs,
    monotonic: () => elapsedMs,
    held: true,
  });
  elapsedMs = 3_000;
  assert.equal(clock.nowMs(), 1_000_000);
  clock.release();
  assert.equal(clock.nowMs(), 1_000_000);
  elapsedMs = 3_100;
  assert.equal(clock.nowMs(), 1_002_000);
  clock.release();
  elapsedMs = 3_200;
  assert.equal(clock.nowMs(), 1_004_000, 'a second release changes nothing');
});

it('never falls behind the monotonic clock, whatever the wall clock does meanwhile', () => {
  const step = fc.record({
    passMs: fc.integer({ min: 0, max: 5_000 }),
    setMs: fc.integer({ min: -2_000, max: 2_000 }),
  });
  const law = fc.property(fc.array(step, { minLength: 2, maxLength: 40 }), (steps) => {
    let [wallMs, monotonicMs] = [1_000_000, 0];
    const clock = new ElapsedClock({ marketTimeMs: 0, speed: 1, wall: () => wallMs, monotonic: () => monotonicMs });
    const seen: [marketMs: number, monotonicMs: number][] = [[clock.nowMs(), monotonicMs]];
    for (const { passMs, setMs } of steps) {
      monotonicMs += passMs;
      wallMs += passMs + setMs;
      const marketMs = clock.nowMs();
      // Between any two moments, and not only since the beginning: what lives between them must not live longer.
      for (const [before, then] of seen) assert.ok(marketMs - before >= monotonicMs - then, `${steps.length} steps`);
      seen.push([marketMs, monotonicMs]);
    }
  });
  fc.assert(law);
});
