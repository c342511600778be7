import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { MINUTE_MS } from '../market/timeframe.ts';
import type { EngineEvent } from './event.ts';
import {
  applyAll,
  clock,
  ETH,
  engineFor,
  FOLLOWER,
  Listener,
  minute,
  quote,
  SOL,
  settingsFor,
  trade,
} from './scripted.testing.ts';

/** What a strategy of ETHUSDT hears of these events, and what was counted. */
function hear(...events: readonly EngineEvent[]): { readonly listener: Listener; readonly problems: object } {
  const listener = new Listener();
  const engine = engineFor(settingsFor([listener.definition]));
  applyAll(engine, events);
  return { listener, problems: engine.census.problems };
}

it('tells each second once everything before it was seen, and not a moment earlier', () => {
  const { listener } = hear(trade(500), trade(1_999), trade(2_000), trade(3_500));
  assert.deepEqual(listener.heard, [
    'begins',
    'trade 500',
    'second 1',
    'trade 1999',
    'second 2',
    'trade 2000',
    'second 3',
    'trade 3500',
  ]);
});

it('refuses what comes after its second was decided, and counts it', () => {
  // Within the forming second the order may be wrong; before it, nothing can be taken back.
  const { listener, problems } = hear(
    trade(5_500),
    trade(6_200),
    trade(6_100),
    trade(6_000),
    trade(5_999),
    quote(5_999, 1, 2),
  );
  assert.deepEqual(listener.of('trade'), ['trade 5500', 'trade 6200', 'trade 6100', 'trade 6000']);
  assert.deepEqual(problems, { 'late event': 2 });
});

it('has no seconds before data flow', () => {
  const { listener } = hear(clock(0), clock(5_000), minute(0), clock(90_000), minute(1));
  assert.deepEqual(listener.heard, ['begins', '1m 1 3500', '1m 2 3500']);
});

it('sleeps after fifteen seconds of silence and wakes with the next event', () => {
  const { listener } = hear(quote(500, 10, 11), clock(40_000), quote(50_300, 10, 11), clock(52_000));
  const slept = Array.from({ length: 15 }, (_, index) => `second ${index + 1}`);
  assert.deepEqual(listener.of('second'), [...slept, 'second 51', 'second 52']);
});

it('closes the minutes of a sleeping desk flat, by the clock', () => {
  const { listener } = hear(trade(0, 3510), trade(70_000, 3520), clock(5 * MINUTE_MS));
  assert.deepEqual(listener.of('1m'), ['1m 1 3510', '1m 2 3520', '1m 3 3520', '1m 4 3520', '1m 5 3520']);
  assert.deepEqual(listener.of('3m'), ['3m 3 3520']);
  assert.equal(listener.heard.at(-1), '5m 5 3520');
});

it('hands out shorter bars first, and before the second that ends with them', () => {
  const fifteen = Array.from({ length: 15 * 6 }, (_, index) => trade(index * 10_000));
  const { listener } = hear(...fifteen, clock(15 * MINUTE_MS));
  assert.deepEqual(listener.heard.slice(-4), ['1m 15 3500', '3m 15 3500', '5m 15 3500', 'second 900']);
});

it('gives a trade at exactly the minute to the next bar', () => {
  const { listener } = hear(trade(0, 3500), trade(60_000, 9999), clock(120_000));
  assert.deepEqual(listener.of('1m'), ['1m 1 3500', '1m 2 9999']);
});

it('calls a silence of ten minutes a gap: nothing forming survives it, nobody invents the minutes', () => {
  const nineMinutes = hear(trade(0, 3500), trade(9 * MINUTE_MS + 30_000, 3600), clock(10 * MINUTE_MS));
  assert.equal(nineMinutes.listener.of('1m').length, 10);
  assert.deepEqual(nineMinutes.problems, {});

  const { listener, problems } = hear(
    trade(0, 3500),
    trade(MINUTE_MS, 3500),
    trade(12 * MINUTE_MS + 30_000, 3600),
    trade(13 * MINUTE_MS + 30_000, 3700),
    clock(14 * MINUTE_MS),
  );
  assert.deepEqual(problems, { 'no trade for 10 minutes': 1 });
  // Minutes up to the tenth were closed flat before anybody could know; 13 began unwatched.
  assert.deepEqual([listener.of('1m').at(-2), listener.of('1m').at(-1)], ['1m 11 3500', '1m 14 3700']);
  assert.deepEqual(listener.of('begins').length, 1);
});

const gap = (fromMs: number, toMs: number): EngineEvent => {
  const { eventTimeMs: from } = clock(fromMs) as { eventTimeMs: number };
  return { kind: 'gap', symbol: undefined, fromMs: from, toMs: from + toMs - fromMs, reason: 'a test' };
};

it('bridges a gap of half an hour and warms up anew after a longer one', () => {
  const bridged = hear(minute(0), minute(31));
  assert.deepEqual([bridged.listener.of('begins').length, bridged.problems], [1, {}]);
  const anew = hear(minute(0), minute(32));
  assert.deepEqual(anew.listener.heard, ['begins', '1m 1 3500', 'begins', '1m 33 3500']);
  assert.deepEqual(anew.problems, { 'gap over 30 minutes: warming up anew': 1 });

  const shortGap = hear(minute(0), gap(MINUTE_MS, 31 * MINUTE_MS));
  assert.equal(shortGap.listener.of('begins').length, 1);
  const longGap = hear(minute(0), gap(MINUTE_MS, 31 * MINUTE_MS + 1));
  assert.equal(longGap.listener.of('begins').length, 2);
});

it('drops the forming minute at a marked gap', () => {
  const { listener } = hear(
    trade(0, 3500),
    gap(20_000, 40_000),
    trade(45_000, 3600),
    trade(65_000, 3700),
    clock(2 * MINUTE_MS),
  );
  assert.deepEqual(listener.of('1m'), ['1m 2 3700']);
});

it('begins the strategies of the flow anew after a gap, and leaves those of the bars alone', () => {
  const [bars, flow] = [new Listener(), new Listener({ hearsBars: false })];
  const engine = engineFor(settingsFor([bars.definition, flow.definition]));
  applyAll(engine, [trade(0), gap(20_000, 40_000), trade(45_000)]);
  assert.deepEqual([bars.of('begins').length, flow.of('begins').length], [1, 2]);
  assert.equal(flow.heard.at(-1), 'trade 45000');
});

it('warms up with a bar that comes long after its close, but decides nothing on it', () => {
  const listener = new Listener();
  const engine = engineFor(settingsFor([listener.definition]));
  applyAll(engine, [quote(119_500, 10, 11), clock(120_000)]);
  const runs = engine.census.fusionRuns;
  engine.apply(minute(0));
  assert.deepEqual([listener.of('1m'), engine.census.fusionRuns], [['1m 1 3500'], runs]);
  // The second that closes with this bar has been decided without it, too.
  engine.apply(minute(1));
  assert.deepEqual([listener.of('1m').length, engine.census.fusionRuns], [2, runs]);
  assert.deepEqual(engine.census.problems, { 'late bar': 2 });
});

it('does not let a gap of another instrument touch this one', () => {
  const other: EngineEvent = { ...(gap(20_000, 40_000) as object), symbol: SOL.symbol } as EngineEvent;
  const { listener } = hear(trade(0, 3500), other, trade(45_000, 3600), clock(MINUTE_MS));
  assert.deepEqual(listener.of('1m'), ['1m 1 3600']);
});

it('takes each minute once when it is recorded and also traded', () => {
  const { listener, problems } = hear(
    trade(0, 3500),
    minute(0, 9999),
    trade(60_500, 3510),
    minute(0, 9999),
    clock(120_000),
  );
  // Being built from trades when the recorded one came; the second time it was known already.
  assert.deepEqual(listener.of('1m'), ['1m 1 3500', '1m 2 3510']);
  assert.deepEqual(problems, { 'bar already known': 2 });
});

it('uses the recorded bar of the minute in which trades began', () => {
  const { listener } = hear(minute(0), trade(MINUTE_MS + 30_000, 3600), minute(1, 3550), clock(2 * MINUTE_MS));
  const alone = hear(
    trade(MINUTE_MS + 30_000, 3600),
    minute(1, 3550),
    trade(2 * MINUTE_MS + 1, 3700),
    clock(3 * MINUTE_MS),
  );
  assert.deepEqual(listener.of('1m'), ['1m 1 3500', '1m 2 3600'], 'trades go on from the bar before: it was watched');
  assert.deepEqual(alone.listener.of('1m'), ['1m 2 3550', '1m 3 3700']);
});

it('goes on from recorded bars with trades, filling quiet minutes, unless ten of them are missing', () => {
  const close = hear(minute(0), trade(4 * MINUTE_MS + 1, 3600), clock(5 * MINUTE_MS));
  assert.deepEqual(close.listener.of('1m'), ['1m 1 3500', '1m 2 3500', '1m 3 3500', '1m 4 3500', '1m 5 3600']);
  const far = hear(minute(0), trade(12 * MINUTE_MS + 1, 3600), trade(13 * MINUTE_MS, 3700), clock(14 * MINUTE_MS));
  assert.deepEqual(far.listener.of('1m'), ['1m 1 3500', '1m 14 3700']);
});

it('counts what it has not been told is listed, and does nothing with it', () => {
  const { listener, problems } = hear(trade(0, 3500, 'buy', 'OTHERUSDT'), minute(0, 1, 'OTHERUSDT'));
  assert.deepEqual([listener.heard, problems], [['begins'], { 'unknown instrument': 2 }]);
});

it('is not influenced by another instrument', () => {
  const steps = fc.array(
    fc.record({
      waitMs: fc.oneof(fc.nat(3_000), fc.nat(900_000)),
      isSol: fc.boolean(),
      isQuote: fc.boolean(),
      price: fc.integer({ min: 3000, max: 4000 }),
      side: fc.constantFrom('buy' as const, 'sell' as const),
    }),
    { maxLength: 60 },
  );
  const law = fc.property(steps, (script) => {
    let [atMs, secondMs] = [0, 0];
    const events = script.flatMap(({ waitMs, isSol, isQuote, price, side }) => {
      atMs += waitMs;
      const { symbol } = isSol ? SOL : ETH;
      const event = isQuote ? quote(atMs, price, price + 1, symbol) : trade(atMs, price, side, symbol);
      // A clock at every second in which something happens, as feeds promise.
      const begins = atMs - (atMs % 1_000) > secondMs;
      secondMs = atMs - (atMs % 1_000);
      return begins ? [clock(secondMs), event] : [event];
    });
    const end = clock(atMs + 60_000);
    const signalsOf = (tape: readonly EngineEvent[], instruments: readonly (typeof ETH)[]): unknown => {
      const settings = settingsFor([FOLLOWER], { signals: { ...settingsFor([]).signals, coolDownSeconds: 5 } });
      const effects = applyAll(engineFor(settings, ...instruments), [...tape, end]);
      return effects.flatMap((effect) => {
        if (effect.kind !== 'signal_issued' || effect.signal.symbol !== ETH.symbol) return [];
        // Two signals of one millisecond have two stamps, whatever their instruments.
        const { stampUs, ...rest } = effect.signal;
        return [[Math.floor(stampUs / 1000), rest]];
      });
    };
    const alone = events.filter(
      (event) => event.kind === 'clock' || ('symbol' in event && event.symbol === ETH.symbol),
    );
    assert.deepEqual(signalsOf(events, [SOL, ETH]), signalsOf(alone, [ETH]));
  });
  fc.assert(law);
});

it('decides with the bar that closes at that moment, not with the one before', () => {
  const seen: string[] = [];
  const listener = new Listener();
  const engine = engineFor(settingsFor([listener.definition]));
  // A desk that is awake: its second at the close must see the bar that closes with it.
  applyAll(engine, [minute(0), quote(119_500, 10, 11)]);
  const runs = engine.census.fusionRuns;
  applyAll(engine, [minute(1), clock(120_000)]);
  seen.push(...listener.of('1m'));
  assert.deepEqual(seen, ['1m 1 3500', '1m 2 3500']);
  assert.deepEqual(engine.census.problems, {});
  assert.equal(engine.census.fusionRuns, runs + 1, 'decided once at that moment');
});

it('lets opinions about bars go stale when the next bar is overdue, and when bars are lost', () => {
  const listener = new Listener();
  const engine = engineFor(settingsFor([listener.definition]));
  const abstained = (): Readonly<Record<string, number>> =>
    engine.census.strategies[listener.definition.name]!.abstained;
  listener.opinion = { side: 'buy', strength: 90, reason: 'bars rise' };
  applyAll(engine, [minute(0), quote(61_000, 10, 11), clock(121_000)]);
  assert.equal(abstained()['stale bars'] ?? 0, 0, 'a bar counts for its minute and a second more');
  applyAll(engine, [quote(121_500, 10, 11), clock(130_000)]);
  assert.equal(abstained()['stale bars'], 9);
  applyAll(engine, [minute(3), quote(241_500, 10, 11), clock(242_000), gap(242_000, 243_000)]);
  const before = abstained()['stale bars']!;
  applyAll(engine, [quote(244_000, 10, 11), clock(245_000)]);
  assert.ok(abstained()['stale bars']! > before, 'a gap ends them at once');
});

it('takes what is not clearly a vote for none, whatever JavaScript makes of it', () => {
  const nonsense = [
    { side: 'BUY', strength: 90, reason: 'r' },
    { side: 'long', strength: 90, reason: 'r' },
    { side: null, reason: 'nothing' },
    { side: 'buy', strength: Number.NaN, reason: 'r' },
    { side: 'sell', strength: 900, reason: 'r' },
    { side: 'sell', strength: -1, reason: 'r' },
    { side: undefined },
    undefined,
    null,
  ];
  for (const opinion of nonsense) {
    const listener = new Listener();
    listener.opinion = opinion as never;
    const engine = engineFor(settingsFor([listener.definition]));
    const effects = applyAll(engine, [minute(0), minute(1)]);
    assert.deepEqual(engine.census.strategies[listener.definition.name]?.abstained, { 'invalid vote': 2 });
    assert.deepEqual(effects, []);
  }
});
