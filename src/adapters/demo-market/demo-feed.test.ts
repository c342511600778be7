import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Books } from '../../core/delivery/books.ts';
import type { Effect } from '../../core/engine/effect.ts';
import { Engine } from '../../core/engine/engine.ts';
import type { EngineSettings } from '../../core/engine/settings.ts';
import { DEMO_TTL_MS, DemoFeed } from './demo-feed.ts';

const T = 1_732_185_000_000;

/** Nobody votes in a demo, so no other setting is ever read. */
const SETTINGS: EngineSettings = {
  runAnchor: 'test',
  market: 'DEMO',
  timeframes: [],
  seats: [],
  fusion: { minStrategies: 1, minConsensus: 0, minStrength: 0 },
  bracket: {
    mode: 'percent',
    stopPercent: 0.5,
    targetPercents: [0.8, 1.2, 1.8],
    stopSigmas: 1,
    targetSigmas: [1, 2, 3],
    horizonSeconds: { '1m': 1, '3m': 1, '5m': 1 },
    sigmaMinBps: 1,
    sigmaMaxBps: 1,
  },
  leverage: { table: [], otherwise: 1, cap: 1, maintenanceMarginPercent: 0 },
  signals: {
    coolDownSeconds: 0,
    ttlBarPercent: 25,
    maxTtlSeconds: 30,
    maxPriceAgeSeconds: 5,
    maxEntryDistancePercent: 5,
  },
};

/** Runs a feed through an engine, one look at each of `timesMs`. @returns the effects of each look */
async function looksAt(timesMs: readonly number[], past: Books, acknowledgeFirst = false): Promise<Effect[][]> {
  const looks: Effect[][] = [];
  const stop = new AbortController();
  const engine = new Engine(SETTINGS, past.copy());
  const clock = { speed: 1, nowMs: () => timesMs[Math.min(looks.length, timesMs.length - 1)]! };
  const feed = new DemoFeed({ clock, lastIssuedMs: (symbol) => past.signals.lastIssuedMs(symbol) });
  await feed.run(async (batch) => {
    const effects: Effect[] = [];
    batch((event) => effects.push(...engine.apply(event)));
    const [first] = effects;
    if (acknowledgeFirst && looks.length === 0 && first?.kind === 'signal_issued') {
      const { stampUs } = first.signal;
      effects.push(...engine.apply({ kind: 'acknowledge', stampUs, eventTimeMs: clock.nowMs() + 1 }));
    }
    looks.push(effects);
    if (looks.length === timesMs.length) stop.abort();
  }, stop.signal);
  return looks;
}

const told = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => {
    if (effect.kind === 'signal_issued') return `${effect.signal.side} ${effect.signal.symbol}`;
    return effect.kind === 'signal_ended' ? effect.state : effect.kind;
  });

const BOTH = ['buy ETHUSDT', 'sell BTCUSDT'];

it('issues both signals at once, and anew when their five minutes are over', async () => {
  const looks = await looksAt([T, T + DEMO_TTL_MS - 1, T + DEMO_TTL_MS], new Books());
  assert.equal(DEMO_TTL_MS, 5 * 60_000);
  assert.deepEqual(looks.map(told), [BOTH, [], ['EXPIRED', 'EXPIRED', ...BOTH]]);

  const numbers = looks.flat().flatMap((effect) => {
    if (effect.kind !== 'signal_issued') return [];
    const { signalId: _, stampUs, expiresAtMs, ...rest } = effect.signal;
    assert.equal(expiresAtMs - Math.floor(stampUs / 1_000), DEMO_TTL_MS);
    return [rest];
  });
  assert.deepEqual(numbers.slice(0, 2), numbers.slice(2), 'the same test again');
});

it('does not issue an acknowledged one before its time is over either', async () => {
  const looks = await looksAt([T, T + DEMO_TTL_MS - 1, T + DEMO_TTL_MS], new Books(), true);
  assert.deepEqual(looks.map(told), [[...BOTH, 'ACKED_LEGACY'], [], ['EXPIRED', ...BOTH]]);
});

it('goes on after a restart with those still live', async () => {
  const past = new Books();
  for (const effect of (await looksAt([T], past)).flat()) past.apply(effect);
  const looks = await looksAt([T + 1_000, T + DEMO_TTL_MS], past);
  assert.deepEqual(looks.map(told), [[], ['EXPIRED', 'EXPIRED', ...BOTH]]);
});
