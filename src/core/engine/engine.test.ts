import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { EngineEvent } from './event.ts';
import {
  ABSTAINS,
  applyAll,
  clock,
  Dial,
  ETH,
  engineFor,
  minute,
  quote,
  SOL,
  START_MS,
  settingsFor,
  trade,
  votes,
} from './scripted.testing.ts';
import { issued, Stage, told } from './stage.testing.ts';

const { signals: SIGNALS } = settingsFor([]);
const NO_COOL_DOWN = { signals: { ...SIGNALS, coolDownSeconds: 0 } };

it('makes a signal of a decision, with its bracket, votes and reasons', () => {
  const { effects } = new Stage().until(1_000, votes('buy', 85.54));
  const [signal, ...others] = issued(effects);
  assert.deepEqual(others, []);
  const { signalId, ...rest } = signal!;
  assert.match(signalId, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.deepEqual(rest, {
    stampUs: (START_MS + 1_000) * 1000,
    symbol: 'ETHUSDT',
    side: 'buy',
    timeframe: '1m',
    entryPrice: 3500,
    stopPrice: 3482.5,
    targetPrices: [3528, 3542, 3563],
    leverage: 10,
    strength: 85.5,
    consensus: 100,
    strategiesAgree: 1,
    expiresAtMs: START_MS + 16_000,
    votes: [{ strategy: 'dial', weight: 0.5, side: 'buy', strength: 85.5, reason: 'buy it' }],
    reasons: ['1 of 1 strategies agree on buy, 100.0 % of the weight', 'dial 86: buy it'],
    market: 'TEST',
  });
});

it('enters at the quote it would have to cross, at a trade when there is none', () => {
  for (const [side, price] of [
    ['buy', 3501],
    ['sell', 3499],
  ] as const) {
    const stage = new Stage()
      .until(500)
      .apply(quote(600, 3499, 3501))
      .until(1_000, votes(side));
    assert.equal(issued(stage.effects)[0]?.entryPrice, price);
  }
  const bar = new Stage().apply(minute(-1, 3490));
  bar.dial.opinion = votes('buy');
  assert.equal(issued(bar.apply(minute(0, 3510)).effects)[0]?.entryPrice, 3510);
});

it('wants the decision to lapse or to turn before it signals again', () => {
  const stage = new Stage(NO_COOL_DOWN).until(1_000, votes('buy')).until(4_000);
  assert.deepEqual(told(stage.effects), ['issued 1000']);
  assert.equal(stage.engine.census.silences.same_condition, 3);
  stage.until(5_000, ABSTAINS).until(6_000, votes('buy')).until(7_000, votes('sell'));
  assert.deepEqual(
    issued(stage.effects).map((signal) => [signal.side, signal.stampUs / 1000 - START_MS]),
    [
      ['buy', 1_000],
      ['buy', 6_000],
      ['sell', 7_000],
    ],
  );
});

it('gives a symbol no second signal within the cool-down, of whatever side', () => {
  const stage = new Stage().until(1_000, votes('buy')).until(300_000, ABSTAINS).until(300_500, votes('sell'));
  assert.deepEqual(issued(stage.effects).length, 1);
  // The decision at 300 s came too early, and it stands: it has to lapse.
  stage.until(301_000, votes('buy'));
  assert.deepEqual(told(stage.effects).at(-1), 'issued 301000');
});

it('remembers a decision that was silenced: it does not fire when the cool-down is over', () => {
  const stage = new Stage().until(1_000, votes('buy')).until(299_000, ABSTAINS).until(310_000, votes('sell'));
  assert.deepEqual(issued(stage.effects).length, 1);
  assert.deepEqual([stage.engine.census.silences.cool_down, stage.engine.census.silences.same_condition], [1, 10]);
});

it('ends a signal at its time, neither a millisecond earlier nor at the time somebody looked', () => {
  const stage = new Stage().until(1_000, votes('buy'));
  assert.deepEqual(told(stage.apply(clock(15_999)).effects), ['issued 1000']);
  assert.deepEqual(told(stage.apply(clock(16_000)).effects), ['issued 1000', 'EXPIRED 16000']);
  const late = new Stage().until(1_000, votes('buy')).apply(clock(60_000));
  assert.deepEqual(told(late.effects), ['issued 1000', 'EXPIRED 16000']);
});

it('lets a signal live a quarter of its bar, and half a minute at most', () => {
  const dial = new Dial();
  const engine = engineFor(settingsFor([dial.definition], { ...NO_COOL_DOWN, timeframes: ['1m', '3m', '5m'] }));
  dial.opinion = votes('buy');
  const lives = issued(applyAll(engine, [trade(0), clock(1_000)])).map(({ timeframe, expiresAtMs }) => [
    timeframe,
    expiresAtMs - START_MS - 1_000,
  ]);
  assert.deepEqual(lives, [
    ['1m', 15_000],
    ['3m', 30_000],
    ['5m', 30_000],
  ]);
});

it('keeps one live signal per symbol: the newer takes the place of the older', () => {
  const stage = new Stage(NO_COOL_DOWN).until(1_000, votes('buy')).until(2_000, votes('sell'));
  assert.deepEqual(told(stage.effects), ['issued 1000', 'SUPERSEDED 2000', 'issued 2000']);
  assert.deepEqual(
    stage.effects.map(({ seq }) => seq),
    [1, 2, 3],
  );
});

it('leaves the live signal of another symbol alone', () => {
  const dial = new Dial();
  const engine = engineFor(settingsFor([dial.definition]), ETH, SOL);
  dial.opinion = votes('buy');
  const effects = applyAll(engine, [trade(0), clock(1_000), trade(1_500, 200, 'buy', SOL.symbol), clock(2_000)]);
  assert.deepEqual(told(effects), ['issued 1000', 'issued 2000']);
});

const GAP: EngineEvent = {
  kind: 'gap',
  symbol: undefined,
  fromMs: START_MS + 1_000,
  toMs: START_MS + 2_000,
  reason: 'the feed broke',
};

it('enters at no price from before a gap', () => {
  const stage = new Stage().apply(quote(500, 10, 11), GAP, trade(2_500));
  stage.dial.opinion = votes('buy');
  assert.equal(issued(stage.apply(clock(3_000)).effects)[0]?.entryPrice, 3500);
});

it('does not take a decision for a new one because there was a gap', () => {
  const stage = new Stage(NO_COOL_DOWN).until(1_000, votes('buy')).apply(GAP, trade(2_500), clock(3_000));
  assert.deepEqual(told(stage.effects), ['issued 1000', 'gap_recorded']);
  assert.equal(stage.engine.census.silences.same_condition, 1);
});

it('does not supersede what is over by then: that has expired', () => {
  const stage = new Stage({ signals: { ...SIGNALS, coolDownSeconds: 0, maxTtlSeconds: 1 } });
  stage.until(1_000, votes('buy')).until(1_500).apply(trade(3_000));
  // Seconds 2 and 3 were decided when the trade of 3.0 s came, without any clock.
  stage.dial.opinion = votes('sell');
  stage.apply(trade(4_000));
  assert.deepEqual(told(stage.effects), ['issued 1000', 'EXPIRED 2000', 'issued 4000']);
});

it('ends a signal that a client acknowledged, once, and shrugs at a stamp it does not know', () => {
  const stage = new Stage().until(1_000, votes('buy'));
  const { stampUs } = issued(stage.effects)[0]!;
  const acknowledge = (stamp: number, atMs: number): EngineEvent => ({
    kind: 'acknowledge',
    stampUs: stamp,
    eventTimeMs: START_MS + atMs,
  });
  stage.apply(acknowledge(stampUs + 1, 1_500), acknowledge(0, 1_500));
  assert.equal(stage.effects.length, 1);
  stage.apply(acknowledge(stampUs, 2_000), acknowledge(stampUs, 2_500), clock(60_000));
  assert.deepEqual(told(stage.effects), ['issued 1000', 'ACKED_LEGACY 2000']);
});

it('tells a client that came too late that the signal had expired', () => {
  const stage = new Stage().until(1_000, votes('buy'));
  const { stampUs } = issued(stage.effects)[0]!;
  stage.apply({ kind: 'acknowledge', stampUs, eventTimeMs: START_MS + 16_000 });
  assert.deepEqual(told(stage.effects), ['issued 1000', 'EXPIRED 16000']);
});

it('gives stamps that strictly grow, also to two signals of one millisecond', () => {
  const dial = new Dial();
  const engine = engineFor(settingsFor([dial.definition]), ETH, SOL);
  dial.opinion = votes('buy');
  const events = [trade(0, 3500, 'buy', ETH.symbol), trade(0, 200, 'buy', SOL.symbol), clock(1_000)];
  const signals = issued(applyAll(engine, events));
  assert.deepEqual(
    signals.map((signal) => [signal.symbol, signal.stampUs - (START_MS + 1_000) * 1000]),
    [
      ['ETHUSDT', 0],
      ['SOLUSDT', 1],
    ],
  );
  assert.notEqual(signals[0]!.signalId, signals[1]!.signalId);
});

it('makes no signals of the past while it catches up, and lets what stood then lapse first', () => {
  const stage = new Stage().apply({ kind: 'catch_up', untilMs: START_MS + 5_000 });
  stage.until(4_000, votes('buy')).until(6_000);
  assert.deepEqual(stage.effects, []);
  // Looks at the past are not counted: nobody waits for a signal of them.
  assert.deepEqual([stage.engine.census.silences.catching_up, stage.engine.census.silences.same_condition], [1, 2]);
  stage.until(7_000, ABSTAINS).until(8_000, votes('buy'));
  assert.deepEqual(told(stage.effects), ['issued 8000']);
  const exactly = new Stage().apply({ kind: 'catch_up', untilMs: START_MS + 1_000 }).until(1_000, votes('buy'));
  assert.deepEqual(told(exactly.effects), ['issued 1000']);
});

it('never moves the end of catching up backwards', () => {
  const stage = new Stage().apply({ kind: 'catch_up', untilMs: START_MS + 5_000 }, { kind: 'catch_up', untilMs: 0 });
  assert.deepEqual(stage.until(2_000, votes('buy')).effects, []);
});

it('records a gap as an effect of its own', () => {
  const stage = new Stage().until(1_000, votes('buy'));
  const gap = { symbol: undefined, fromMs: START_MS + 1_000, toMs: START_MS + 9_000, reason: 'the feed broke' };
  stage.apply({ kind: 'gap', ...gap });
  assert.deepEqual(stage.effects.at(-1), { kind: 'gap_recorded', seq: 2, ...gap });
});

it('counts who was asked and what they said', () => {
  const stage = new Stage().until(2_000, votes('buy')).until(3_000, votes('sell')).until(5_000, ABSTAINS);
  assert.equal(stage.engine.census.fusionRuns, 5);
  assert.deepEqual(stage.engine.census.strategies, { dial: { buy: 2, sell: 1, abstained: { 'sees nothing': 2 } } });
});
