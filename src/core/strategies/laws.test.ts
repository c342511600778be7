import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Bar } from '../market/bar.ts';
import { BUILT_IN_STRATEGIES } from './registry.ts';
import {
  book,
  create,
  feed,
  minuteBar,
  mirrored,
  opinionsByBar,
  opinionsBySecond,
  quote,
  scaled,
  type TapeEvent,
  timeOf,
  trade,
  withLongerBars,
} from './strategies.testing.ts';
import type { Opinion, StrategyDefinition } from './strategy.ts';

/** Whole ticks, so that a mirrored price is exact and a tie stays a tie. */
const START_TICKS = 100_000;
const ABOUT_TICKS = 2 * START_TICKS;
const SECONDS = 200;

const minuteStep = fc.record({
  move: fc.integer({ min: -40, max: 40 }),
  wick: fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 20 })),
  volume: fc.integer({ min: 0, max: 64 }),
  boughtShare: fc.integer({ min: 0, max: 8 }),
  flowKnown: fc.boolean(),
});

/** 420 minutes with a drift that turns around once, and the longer bars they make. */
const barTape = fc
  .tuple(fc.array(minuteStep, { minLength: 420, maxLength: 420 }), fc.integer({ min: -8, max: 8 }))
  .map(([steps, drift]): Bar[] => {
    let close = START_TICKS;
    const minutes = steps.map(({ move, wick, volume, boughtShare, flowKnown }, index) => {
      const open = close;
      close += move + (index < 300 ? drift : -3 * drift);
      const [high, low] = [Math.max(open, close) + wick[0], Math.min(open, close) - wick[1]];
      const buyVolume = flowKnown ? (volume * boughtShare) / 8 : undefined;
      return minuteBar(index, { open, high, low, close, volume, buyVolume });
    });
    return withLongerBars(minutes);
  });

const flowStep = fc.record({
  kind: fc.constantFrom('trade', 'trade', 'depth', 'depth', 'move', 'nothing'),
  isBuy: fc.boolean(),
  sizes: fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 6, maxLength: 6 }),
});

/** Trades and depth (quotes or books) four times a second; trade signs lean to one side for a minute at a time. */
const flowTape = fc
  .tuple(
    fc.array(flowStep, { minLength: SECONDS * 4, maxLength: SECONDS * 4 }),
    fc.array(fc.constantFrom(-1, 0, 1), { minLength: 4, maxLength: 4 }),
    fc.boolean(),
  )
  .map(([steps, leans, isDeep]): TapeEvent[] => {
    let bid = START_TICKS;
    return steps.flatMap(({ kind, isBuy, sizes }, index): TapeEvent[] => {
      const timeMs = index * 250;
      const leaning = leans[Math.floor(index / 200)]!;
      const buys = leaning === 0 || sizes[1]! % 3 === 0 ? isBuy : leaning > 0;
      if (kind === 'nothing') return [];
      if (kind === 'trade') return [trade(timeMs, buys ? 'buy' : 'sell', sizes[0]!, buys ? bid + 1 : bid)];
      if (kind === 'move') bid += buys ? 1 : -1;
      const bidSizes = sizes.slice(0, 3).map((size) => (leaning > 0 ? size + 40 : size));
      const askSizes = sizes.slice(3).map((size) => (leaning < 0 ? size + 40 : size));
      if (isDeep) return [book(timeMs, bid, bidSizes, askSizes)];
      return [quote(timeMs, [bid, bidSizes[0]!], [bid + 1, askSizes[0]!])];
    });
  });

function opinionsOf(definition: StrategyDefinition, tape: readonly TapeEvent[], tickSize = 1): Opinion[] {
  const strategy = create(definition, {}, tickSize);
  if (strategy.onBar !== undefined) return opinionsByBar(strategy, tape as readonly Bar[]);
  return opinionsBySecond(strategy, tape, SECONDS * 1_000);
}

function assertSame(
  actual: readonly Opinion[],
  expected: readonly Opinion[],
  side: (opinion: Opinion) => unknown,
): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((opinion, index) => {
    const wanted = expected[index]!;
    assert.equal(opinion.side, side(wanted), `opinion ${index}`);
    if (opinion.side === undefined) assert.equal(opinion.reason, wanted.reason, `opinion ${index}`);
    else if (wanted.side !== undefined)
      assert.ok(Math.abs(opinion.strength - wanted.strength) < 1e-6, `opinion ${index}`);
  });
}

for (const definition of BUILT_IN_STRATEGIES) {
  describe(definition.name, () => {
    const tape: fc.Arbitrary<TapeEvent[]> = create(definition).onBar === undefined ? flowTape : barTape;
    // No shrinking: a smaller tape of this length is no easier to read, and takes minutes to find.
    const runs = { numRuns: 20, endOnFailure: true };

    it('votes between 50 and 100 with a reason, both ways; abstains with a key', () => {
      const sides = { buy: 0, sell: 0 };
      const law = fc.property(tape, (events) => {
        for (const opinion of opinionsOf(definition, events)) {
          if (opinion.side === undefined) {
            assert.match(opinion.reason, /^[a-z ]+$/);
            continue;
          }
          sides[opinion.side] += 1;
          assert.ok(opinion.strength > 50 - 1e-6 && opinion.strength <= 100, `strength ${opinion.strength}`);
          assert.doesNotMatch(opinion.reason, /NaN|undefined|null/);
          assert.match(opinion.reason, /\d/);
        }
      });
      fc.assert(law, runs);
      assert.ok(sides.buy > 20 && sides.sell > 20, `the tapes are too tame: ${JSON.stringify(sides)}`);
    });

    it('votes the other way on the mirrored tape', () => {
      const law = fc.property(tape, (events) => {
        const flipped = opinionsOf(
          definition,
          events.map((event) => mirrored(event, ABOUT_TICKS)),
        );
        const other = { buy: 'sell', sell: 'buy' } as const;
        assertSame(flipped, opinionsOf(definition, events), ({ side }) => side && other[side]);
      });
      fc.assert(law, runs);
    });

    it('votes the same at prices ×1000 and sizes ×0.01', () => {
      const law = fc.property(tape, (events) => {
        const other = opinionsOf(
          definition,
          events.map((event) => scaled(event, 1_000, 0.01)),
          1_000,
        );
        assertSame(other, opinionsOf(definition, events), ({ side }) => side);
      });
      fc.assert(law, runs);
    });

    it('thinks the same of a prefix, whatever comes later', () => {
      const law = fc.property(tape, tape, fc.nat(), (events, others, where) => {
        const cutMs = timeOf(events[where % events.length]!);
        const before = (event: TapeEvent): boolean => timeOf(event) < cutMs;
        const spliced = [...events.filter(before), ...others.filter((event) => !before(event))];
        const [ours, theirs] = [opinionsOf(definition, events), opinionsOf(definition, spliced)];
        const step = create(definition).onBar === undefined ? 1_000 : undefined;
        const known = step === undefined ? events.filter(before).length : Math.floor(cutMs / step);
        assertSame(theirs.slice(0, known), ours.slice(0, known), ({ side }) => side);
      });
      fc.assert(law, runs);
    });

    it('changes nothing when it is asked', () => {
      const law = fc.property(tape, (events) => {
        const [asked, left] = [create(definition), create(definition)];
        for (const event of events) {
          const secondMs = Math.floor(timeOf(event) / 1_000) * 1_000 + 1_000;
          for (const strategy of [asked, left]) {
            feed(strategy, event);
            strategy.onSecond?.(secondMs);
          }
          for (let i = 0; i < 3; i += 1) assert.ok(asked.opinion.reason.length > 0);
        }
        assertSame([asked.opinion], [left.opinion], ({ side }) => side);
        assert.equal(asked.opinion.reason, left.opinion.reason);
      });
      fc.assert(law, runs);
    });

    if (create(definition).onBar === undefined) {
      it('comes to rest after ten idle seconds: whether it is called in its sleep makes no difference', () => {
        const law = fc.property(flowTape, fc.integer({ min: 10, max: 300 }), (events, idleSeconds) => {
          const [woken, asleep] = [create(definition), create(definition)];
          const resumeMs = (SECONDS + idleSeconds) * 1_000;
          const opinions = [woken, asleep].map((strategy) => {
            opinionsBySecond(strategy, events, SECONDS * 1_000);
            const calls = strategy === woken ? idleSeconds : 10;
            for (let i = 1; i <= calls; i += 1) strategy.onSecond?.((SECONDS + i) * 1_000);
            assert.equal(strategy.opinion.side, undefined);
            const later = events.map((event) => ({ ...event, eventTimeMs: timeOf(event) + resumeMs }) as TapeEvent);
            return [strategy.opinion, ...opinionsBySecond(strategy, later, resumeMs + SECONDS * 1_000, resumeMs)];
          });
          const words = opinions.map((list) => list.map(({ side, reason }) => `${side} ${reason}`));
          assert.deepEqual(words[0], words[1]);
        });
        fc.assert(law, runs);
      });
    }
  });
}
