import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Publish } from '../delivery/command.ts';
import { DRAFT, signalIdOf } from '../delivery/scene.testing.ts';
import type { Engine } from './engine.ts';
import { applyAll, clock, engineFor, quote, START_MS, settingsFor, trade } from './scripted.testing.ts';

const SETTINGS = settingsFor([]);

function publish(engine: Engine, changes: Partial<Publish> = {}, atMs = 1_000, speed = 1) {
  const rest = { bodyHash: 'a', producer: 'p', ttlMs: undefined, maxSlippageBps: undefined };
  const command: Publish = { kind: 'publish', signalId: signalIdOf(1), draft: DRAFT, ...rest, ...changes };
  const reply = engine.take(command, { atMs: START_MS + atMs, wallMs: START_MS + atMs, speed });
  return { reply, effects: engine.drain(), said: reply.ok ? 'ok' : `${reply.refusal.code}: ${reply.refusal.message}` };
}

function priced(price = 3500): Engine {
  const engine = engineFor(SETTINGS);
  applyAll(engine, [trade(500, price), quote(500, price - 0.01, price), clock(900)]);
  return engine;
}

it('takes a signal of another producer at a price that the market knows', () => {
  const { said, effects } = publish(priced());
  assert.equal(said, 'ok');
  assert.deepEqual(
    effects.map(({ kind }) => kind),
    ['signal_issued'],
  );
});

it('refuses what the market does not know, too old a price, and one that is far off, and leaves nothing behind', () => {
  const cases: [ReturnType<typeof publish>, RegExp][] = [
    [publish(priced(), { draft: { ...DRAFT, symbol: 'DOGEUSDT' } }), /^unknown_symbol: DOGEUSDT is not watched/],
    [publish(engineFor(SETTINGS)), /^stale_market: The last price of ETHUSDT is older than 5 s/],
    [publish(priced(), {}, 6_000), /^stale_market/],
    [publish(priced(3_000)), /^price_off_market: .*16\.67 % away from the market at 3000; 5 % is allowed/],
  ];
  for (const [{ said, effects }, refusal] of cases) {
    assert.match(said, refusal);
    assert.deepEqual(effects, []);
  }
});

it('answers a repetition as it did the first time, whatever the market says by now', () => {
  const engine = priced();
  assert.equal(publish(engine).said, 'ok');
  assert.equal(publish(engine, {}, 60_000).said, 'ok');
  assert.match(publish(engine, { bodyHash: 'b' }, 60_000).said, /^id_reused/);
});

it('lets it live for the asked time of the house, or for that of its timeframe', () => {
  const lifeMs = (ttlMs: number | undefined, speed: number): number => {
    const { effects } = publish(priced(), { ttlMs }, 1_000, speed);
    const [effect] = effects;
    return effect?.kind === 'signal_issued' ? effect.signal.expiresAtMs - START_MS - 1_000 : Number.NaN;
  };
  assert.deepEqual(
    [lifeMs(2_000, 1), lifeMs(2_000, 60), lifeMs(undefined, 1), lifeMs(undefined, 60)],
    [2_000, 120_000, 15_000, 15_000],
  );
});

it('takes any symbol at any price where there is no market, and each other rule holds', () => {
  const engine = engineFor({ ...SETTINGS, unpriced: true });
  assert.equal(publish(engine, { draft: { ...DRAFT, symbol: 'DOGEUSDT' } }).said, 'ok');
  const stopAbove = { signalId: signalIdOf(2), draft: { ...DRAFT, stopPrice: 3_600 } };
  assert.match(publish(engine, stopAbove).said, /^bad_bracket/);
});

it('issues the test signals of the demo again at their time, whoever superseded one', () => {
  const engine = engineFor({ ...SETTINGS, unpriced: true });
  const propose = (atMs: number) =>
    engine
      .apply({ kind: 'propose', eventTimeMs: START_MS + atMs, ttlMs: 300_000, draft: DRAFT })
      .map((effect) => ('state' in effect ? `${effect.kind} ${effect.state}` : effect.kind));
  assert.deepEqual(propose(0), ['signal_issued']);
  const { effects } = publish(engine, { ttlMs: 300_000 }, 1_000);
  assert.deepEqual(
    effects.map((effect) => ('state' in effect ? `${effect.kind} ${effect.state}` : effect.kind)),
    ['signal_ended SUPERSEDED', 'signal_issued'],
  );
  assert.deepEqual(propose(300_000), ['signal_ended SUPERSEDED', 'signal_issued']);
});
