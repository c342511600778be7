import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { SILENCES, type Silence } from '../fusion/silence.ts';
import type { Signal } from '../signals/signal.ts';
import { SignalBook } from '../signals/signal-book.ts';
import type { Effect } from './effect.ts';
import { Engine } from './engine.ts';
import type { EngineEvent, SignalDraft } from './event.ts';
import {
  ABSTAINS,
  applyAll,
  clock,
  Dial,
  ETH,
  engineFor,
  FOLLOWER,
  minute,
  quote,
  SOL,
  START_MS,
  settingsFor,
  trade,
  votes,
} from './scripted.testing.ts';
import type { EngineSettings } from './settings.ts';

const { signals: SIGNALS, bracket: BRACKET } = settingsFor([]);
const NO_COOL_DOWN = { signals: { ...SIGNALS, coolDownSeconds: 0 } };

const issued = (effects: readonly Effect[]): Signal[] =>
  effects.flatMap((effect) => (effect.kind === 'signal_issued' ? effect.signal : []));

/** `issued 1000`, `EXPIRED 16000`: what happened and when, in milliseconds after the start. */
const told = (effects: readonly Effect[]): string[] =>
  effects.map((effect) => {
    if (effect.kind === 'signal_issued') return `issued ${Math.floor(effect.signal.stampUs / 1000) - START_MS}`;
    return effect.kind === 'signal_ended' ? `${effect.state} ${effect.atMs - START_MS}` : effect.kind;
  });

/** An engine with one dial, an ETHUSDT that trades every half second, and everything that came out. */
class Stage {
  readonly dial = new Dial();
  readonly engine: Engine;
  readonly effects: Effect[] = [];
  #atMs = 0;

  constructor(changes: Partial<EngineSettings> = {}) {
    this.engine = engineFor(settingsFor([this.dial.definition], changes));
  }

  /** Trades until `untilMs`, whose second is decided with what the dial shows now. */
  until(untilMs: number, shows = this.dial.opinion): this {
    this.dial.opinion = shows;
    for (; this.#atMs < untilMs; this.#atMs += 500) this.apply(trade(this.#atMs));
    return this.apply(clock(untilMs));
  }

  apply(...events: readonly EngineEvent[]): this {
    this.effects.push(...applyAll(this.engine, events));
    return this;
  }
}

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
    votes: [{ strategy: 'dial', side: 'buy', strength: 85.5, reason: 'buy it' }],
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
  assert.deepEqual([stage.engine.census.silences.catching_up, stage.engine.census.silences.same_condition], [1, 5]);
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

/** For every silence a little market that falls silent with it: what the second before last decides. */
const SCRIPTS: Readonly<Record<Silence, () => Engine>> = {
  no_votes: () => new Stage().until(1_000).engine,
  tie: () => withTwo(votes('buy'), votes('sell')),
  too_few_agree: () => withTwo(votes('buy'), ABSTAINS, { minStrategies: 2, minConsensus: 0, minStrength: 0 }),
  consensus_too_low: () => withTwo(votes('buy'), ABSTAINS, { minStrategies: 1, minConsensus: 51, minStrength: 0 }),
  strength_too_low: () => new Stage().until(1_000, votes('buy', 69.9)).engine,
  same_condition: () => new Stage().until(2_000, votes('buy')).engine,
  catching_up: () =>
    new Stage().apply({ kind: 'catch_up', untilMs: START_MS + 9_000 }).until(1_000, votes('buy')).engine,
  cool_down: () => new Stage().until(1_000, votes('buy')).until(2_000, votes('sell')).engine,
  stale_price: () => {
    const stage = new Stage().until(1_000).apply(clock(6_000));
    stage.dial.opinion = votes('buy');
    return stage.apply(clock(7_000)).engine;
  },
  volatility_warming: () =>
    new Stage({ bracket: { ...BRACKET, mode: 'volatility' } }).until(1_000, votes('buy')).engine,
  bracket_below_one_tick: () => {
    const dial = new Dial();
    const engine = engineFor(settingsFor([dial.definition]), { ...ETH, tickSize: 100 });
    dial.opinion = votes('buy');
    applyAll(engine, [trade(0), clock(1_000)]);
    return engine;
  },
  liquidation_before_stop: () =>
    new Stage({ bracket: { ...BRACKET, stopPercent: 60 } }).until(1_000, votes('buy')).engine,
};

function withTwo(first: Dial['opinion'], second: Dial['opinion'], fusion = settingsFor([]).fusion): Engine {
  const dials = [new Dial('one'), new Dial('two')] as const;
  const definitions = dials.map((dial) => dial.definition);
  const engine = engineFor(settingsFor(definitions, { fusion }));
  [dials[0].opinion, dials[1].opinion] = [first, second];
  applyAll(engine, [trade(0), clock(1_000)]);
  return engine;
}

for (const [name, script] of Object.entries(SCRIPTS)) {
  it(`can fall silent with ${name}`, () => {
    assert.ok(name in SILENCES);
    const { silences } = script().census;
    assert.ok((silences[name as Silence] ?? 0) >= 1, JSON.stringify(silences));
  });
}

const DRAFT: SignalDraft = {
  symbol: ETH.symbol,
  side: 'buy',
  timeframe: '1m',
  entryPrice: 3500,
  stopPrice: 3482.5,
  targetPrices: [3528, 3542, 3563],
  leverage: 20,
  strength: 85.5,
  consensus: 75,
  strategiesAgree: 4,
  votes: [],
  reasons: ['a test'],
  market: 'TEST',
};

/** Clocks, proposals, acknowledgements of known and of invented stamps, gaps and trades, in the order of time. */
const SCRIPT = fc
  .array(
    fc.record({
      waitMs: fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(40_000)),
      what: fc.constantFrom('clock', 'propose', 'acknowledge', 'gap', 'trade', 'trade', 'trade'),
      symbol: fc.constantFrom(ETH.symbol, SOL.symbol),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      pick: fc.nat(9),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let atMs = 0;
    return steps.map((step) => {
      atMs += step.waitMs;
      return { ...step, atMs };
    });
  });

type Step = { atMs: number; what: string; symbol: string; side: 'buy' | 'sell'; pick: number };

function eventOf({ atMs, what, symbol, side, pick }: Step, book: SignalBook): EngineEvent {
  const eventTimeMs = START_MS + atMs;
  if (what === 'propose') return { kind: 'propose', eventTimeMs, ttlMs: 1 + pick * 4_000, draft: { ...DRAFT, symbol } };
  if (what === 'trade') return trade(atMs, 3500 + pick, side, symbol);
  if (what === 'gap') return { kind: 'gap', symbol, fromMs: eventTimeMs - 5_000, toMs: eventTimeMs, reason: 'a test' };
  // The stamp after a known one is invented, or that of another signal of the millisecond.
  const stampUs = (book.open[pick % Math.max(book.open.length, 1)]?.stampUs ?? 0) + (pick > 6 ? 1 : 0);
  return what === 'acknowledge' ? { kind: 'acknowledge', stampUs, eventTimeMs } : clock(atMs);
}

const RESTARTED = settingsFor([FOLLOWER], { signals: { ...SIGNALS, coolDownSeconds: 3 } });

function startOn(book: SignalBook): Engine {
  const engine = new Engine(RESTARTED, book);
  for (const instrument of [ETH, SOL]) engine.apply({ kind: 'instrument', instrument });
  return engine;
}

/** Everything a book answers at a time. */
const answersOf = (book: SignalBook, nowMs: number): unknown => [
  [book.lastSeq, book.lastStampUs, book.issuedCount, book.endedCount, [...book.open]],
  [book.live(nowMs), book.latest(nowMs), [...book.history(nowMs)]],
  [ETH, SOL].map(({ symbol }) => book.lastIssuedMs(symbol)),
];

it('stands after a restart where it stood: the folded effects are all it knew of signals', () => {
  const law = fc.property(SCRIPT, fc.nat(), (steps, point) => {
    const cut = point % (steps.length + 1);
    const book = new SignalBook();
    const engine = startOn(book);
    const before = steps.slice(0, cut).flatMap((step) => [...engine.apply(eventOf(step, book))]);

    const folded = new SignalBook();
    // As a journal gives them back.
    for (const effect of before) folded.apply(JSON.parse(JSON.stringify(effect)) as Effect);
    const nowMs = START_MS + (steps[cut - 1]?.atMs ?? 0);
    assert.deepEqual(answersOf(folded, nowMs), answersOf(book, nowMs));

    const restarted = startOn(folded);
    const after = steps.slice(cut).flatMap((step) => [...restarted.apply(eventOf(step, folded))]);
    const effects = [...before, ...after];
    effects.forEach((effect, index) => assert.equal(effect.seq, index + 1, 'numbers have no gap'));
    const stamps = issued(effects).map((signal) => signal.stampUs);
    for (let at = 1; at < stamps.length; at += 1) assert.ok(stamps[at]! > stamps[at - 1]!, 'stamps grow');
    const ids = issued(effects)
      .filter((signal) => signal.votes.length > 0)
      .map((signal) => signal.signalId);
    assert.equal(new Set(ids).size, ids.length, 'no id twice');
    assertEachEndsOnce(effects);
  });
  fc.assert(law, { numRuns: 300 });
});

function assertEachEndsOnce(effects: readonly Effect[]): void {
  const open = new Map<string, Signal>();
  for (const effect of effects) {
    if (effect.kind === 'signal_issued') {
      for (const other of open.values())
        assert.notEqual(other.symbol, effect.signal.symbol, 'one live signal per symbol');
      open.set(effect.signal.signalId, effect.signal);
    } else if (effect.kind === 'signal_ended') {
      const signal = open.get(effect.signalId);
      assert.ok(signal !== undefined, 'only what is open can end');
      assert.ok(effect.atMs <= signal.expiresAtMs, 'nothing ends after its time');
      open.delete(effect.signalId);
    }
  }
}

it('goes on exactly as without a restart where no market data are remembered', () => {
  const law = fc.property(SCRIPT, fc.nat(), (steps, point) => {
    const quiet = steps.filter(({ what }) => what !== 'trade');
    const cut = point % (quiet.length + 1);
    const book = new SignalBook();
    const engine = startOn(book);
    const folded = new SignalBook();
    const restarted = startOn(folded);
    quiet.forEach((step, index) => {
      const effects = engine.apply(eventOf(step, book));
      if (index < cut) for (const effect of effects) folded.apply(effect);
      else assert.deepEqual(restarted.apply(eventOf(step, folded)), effects);
    });
  });
  fc.assert(law);
});
