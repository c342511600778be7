// The laws that look-ahead breaks, on real and on simulated markets. LAWS=full: longer tapes and many more cuts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../../src/core/engine/effect.ts';
import { Engine } from '../../src/core/engine/engine.ts';
import type { MarketEvent } from '../../src/core/engine/event.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { LAWS } from './laws.testing.ts';
import { cleanSystem, type LawTape } from './system.testing.ts';
import {
  embeddedMarket,
  flowAlone,
  full,
  HISTORY_MINUTES,
  noRecordings,
  openEmbeddedMarket,
  recordedFlow,
  recordedMinutes,
} from './tapes.testing.ts';

interface Subject {
  readonly title: string;
  readonly skip: string | false;
  /** Random cuts per law. */
  readonly trials: number;
  /** What each law must have compared, so that it cannot hold for want of anything to look at. */
  readonly signalsMin: number;
  tape(): LawTape | Promise<LawTape>;
}

const SUBJECTS: readonly Subject[] = [
  {
    title: 'ETHUSDT minutes 2025-05',
    skip: noRecordings,
    trials: full ? 200 : 8,
    signalsMin: 100,
    tape: recordedMinutes,
  },
  {
    title: 'trades and quotes 2024-07-18',
    skip: noRecordings,
    trials: full ? 200 : 8,
    signalsMin: 5,
    tape: recordedFlow,
  },
  {
    title: 'trades and quotes 2024-07-18, flow alone',
    skip: noRecordings,
    trials: full ? 100 : 4,
    signalsMin: 5,
    tape: async () => flowAlone(await recordedFlow()),
  },
  {
    title: 'embedded market',
    skip: false,
    trials: full ? 200 : 10,
    signalsMin: 5,
    tape: () => embeddedMarket(),
  },
  {
    title: 'embedded market, flow alone',
    skip: false,
    trials: full ? 100 : 4,
    signalsMin: 5,
    tape: () => flowAlone(embeddedMarket()),
  },
];

test('ETHUSDT minutes 2025-05 as the bot ships: signals on both sides and every horizon', {
  skip: noRecordings,
}, async (t) => {
  const { signals } = cleanSystem(await recordedMinutes());
  for (const [name, values] of [
    ['side', ['buy', 'sell']],
    ['timeframe', ['1m', '3m', '5m']],
  ] as const) {
    for (const value of values) {
      const count = signals.filter((signal) => signal[name] === value).length;
      t.diagnostic(`${value}: ${count} signals`);
      assert.ok(count >= 5, `${count} ${value} signals`);
    }
  }
});

test('an engine reads the events of the embedded market in place, in steps of any size', () => {
  const { instruments, events, settings, ...tape } = embeddedMarket({ liveMinutes: 2 });
  const expected = cleanSystem({ ...tape, instruments, events, settings }).effects;
  const engine = new Engine(settings);
  const effects: Effect[] = [];
  const apply = (event: MarketEvent): void => void effects.push(...engine.apply(event));
  for (const instrument of instruments) engine.apply({ kind: 'instrument', instrument });
  const { market, startTimeMs } = openEmbeddedMarket();
  for (const bar of market.history(HISTORY_MINUTES)) apply(bar);
  const chance = Random.of(5, 'steps');
  for (let atMs = 0; atMs < 120_000; ) {
    atMs = Math.min(atMs + 1 + Math.floor(chance.uniform() * 3_000), 120_000);
    // Its event objects are used again for the next event.
    market.advance(startTimeMs + atMs, apply);
  }
  assert.ok(effects.length >= 20);
  assert.deepEqual(effects, expected);
});

for (const { title, skip, trials, signalsMin, tape: read } of SUBJECTS) {
  test(`laws on ${title}`, { skip }, async (t) => {
    const tape = await read();
    for (const law of LAWS) {
      if (law.applies?.(tape) === false) continue;
      const startMs = performance.now();
      const { broken, votes, signals } = law.check(cleanSystem, tape, trials);
      const tookMs = performance.now() - startMs;
      t.diagnostic(`${law.name}: ${votes} votes, ${signals} signals compared in ${tookMs.toFixed(0)} ms`);
      assert.equal(broken, undefined, law.name);
      assert.ok(votes >= 20 && signals >= signalsMin, `${law.name} compared ${votes} votes and ${signals} signals`);
    }
  });
}
