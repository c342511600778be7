import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { Books } from '../delivery/books.ts';
import type { Signal } from '../signals/signal.ts';
import type { Effect } from './effect.ts';
import { Engine } from './engine.ts';
import type { EngineEvent, SignalDraft } from './event.ts';
import { clock, ETH, FOLLOWER, SOL, START_MS, settingsFor, trade } from './scripted.testing.ts';
import { issued } from './stage.testing.ts';

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

function eventOf({ atMs, what, symbol, side, pick }: Step, { signals: book }: Books): EngineEvent {
  const eventTimeMs = START_MS + atMs;
  if (what === 'propose') return { kind: 'propose', eventTimeMs, ttlMs: 1 + pick * 4_000, draft: { ...DRAFT, symbol } };
  if (what === 'trade') return trade(atMs, 3500 + pick, side, symbol);
  if (what === 'gap') return { kind: 'gap', symbol, fromMs: eventTimeMs - 5_000, toMs: eventTimeMs, reason: 'a test' };
  // The stamp after a known one is invented, or that of another signal of the millisecond.
  const stampUs = (book.open[pick % Math.max(book.open.length, 1)]?.stampUs ?? 0) + (pick > 6 ? 1 : 0);
  return what === 'acknowledge' ? { kind: 'acknowledge', stampUs, eventTimeMs } : clock(atMs);
}

const RESTARTED = settingsFor([FOLLOWER], { signals: { ...settingsFor([]).signals, coolDownSeconds: 3 } });

function startOn(books: Books): Engine {
  const engine = new Engine(RESTARTED, books);
  for (const instrument of [ETH, SOL]) engine.apply({ kind: 'instrument', instrument });
  return engine;
}

/** Everything the book of signals answers at a time. */
const answersOf = ({ signals: book }: Books, nowMs: number): unknown => [
  [book.lastSeq, book.lastStampUs, book.issuedCount, book.endedCount, [...book.open]],
  [book.live(nowMs), book.latest(nowMs), [...book.history(nowMs)]],
  [ETH, SOL].map(({ symbol }) => book.lastIssuedMs(symbol)),
];

it('stands after a restart where it stood: the folded effects are all it knew of signals', () => {
  const law = fc.property(SCRIPT, fc.nat(), (steps, point) => {
    const cut = point % (steps.length + 1);
    const books = new Books();
    const engine = startOn(books);
    const before = steps.slice(0, cut).flatMap((step) => [...engine.apply(eventOf(step, books))]);

    const folded = new Books();
    // As a journal gives them back.
    for (const effect of before) folded.apply(JSON.parse(JSON.stringify(effect)) as Effect);
    const nowMs = START_MS + (steps[cut - 1]?.atMs ?? 0);
    assert.deepEqual(answersOf(folded, nowMs), answersOf(books, nowMs));

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
    const books = new Books();
    const engine = startOn(books);
    const folded = new Books();
    const restarted = startOn(folded);
    quiet.forEach((step, index) => {
      const effects = engine.apply(eventOf(step, books));
      if (index < cut) for (const effect of effects) folded.apply(effect);
      else assert.deepEqual(restarted.apply(eventOf(step, folded)), effects);
    });
  });
  fc.assert(law);
});
