import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import type { Effect, SignalIssued } from '../engine/effect.ts';
import type { Signal, SignalEndState } from './signal.ts';
import { HISTORY_SHOWN, LIVE_SHOWN, NOTHING_DROPPED, SignalBook } from './signal-book.ts';

/** Issued at `atMs`, lives 15 s. */
function signal(atMs: number, changes: Partial<Signal> = {}): Signal {
  return {
    signalId: `signal of ${atMs}`,
    stampUs: atMs * 1000,
    symbol: 'ETHUSDT',
    side: 'buy',
    timeframe: '1m',
    entryPrice: 3500,
    stopPrice: 3482.5,
    targetPrices: [3528, 3542, 3563],
    leverage: 20,
    strength: 85.5,
    consensus: 75,
    strategiesAgree: 4,
    expiresAtMs: atMs + 15_000,
    votes: [],
    reasons: ['a test'],
    market: 'TEST',
    ...changes,
  };
}

class Scribe {
  readonly book: SignalBook;
  #seq: number;

  constructor(book = new SignalBook()) {
    this.book = book;
    this.#seq = book.lastSeq;
  }

  issue(...args: Parameters<typeof signal>): void {
    this.#seq += 1;
    this.book.apply({ kind: 'signal_issued', seq: this.#seq, signal: signal(...args) });
  }

  end(ofMs: number, atMs: number, state: SignalEndState = 'ACKED_LEGACY'): void {
    this.#seq += 1;
    const end = { state, reason: 'a test', atMs };
    this.book.apply({ kind: 'signal_ended', seq: this.#seq, signalId: `signal of ${ofMs}`, ...end });
  }
}

const stampsOf = (signals: readonly Signal[]): number[] => signals.map(({ stampUs }) => stampUs / 1000);

it('shows as live what has not ended and whose time is not over', () => {
  const scribe = new Scribe();
  scribe.issue(1_000);
  scribe.issue(2_000, { symbol: 'SOLUSDT' });
  const { book } = scribe;
  assert.deepEqual(stampsOf(book.live(15_999)), [1_000, 2_000]);
  // From `expiresAtMs` on it may not be traded, to the millisecond.
  assert.deepEqual(stampsOf(book.live(16_000)), [2_000]);
  scribe.end(2_000, 3_000);
  assert.deepEqual(stampsOf(book.live(3_000)), [1_000]);
  assert.deepEqual(stampsOf(book.open), [1_000], 'open knows no time');
});

it('never goes back to an older signal as the latest', () => {
  const scribe = new Scribe();
  const { book } = scribe;
  assert.equal(book.latest(0), undefined);
  scribe.issue(1_000, { expiresAtMs: 90_000 });
  assert.equal(book.latest(1_000)?.stampUs, 1_000_000);
  scribe.issue(2_000, { symbol: 'SOLUSDT' });
  scribe.end(2_000, 3_000);
  assert.equal(book.latest(3_000), undefined, 'the older one is live, but it is not news');
  scribe.issue(4_000, { symbol: 'SOLUSDT' });
  assert.equal(book.latest(18_999)?.stampUs, 4_000_000);
  assert.equal(book.latest(19_000), undefined);
  scribe.end(1_000, 20_000);
  assert.equal(book.latest(18_999)?.stampUs, 4_000_000, 'the end of another changes nothing');
});

it('tells in its history how each signal ended, at whatever time it is asked', () => {
  const scribe = new Scribe();
  scribe.issue(1_000);
  scribe.issue(2_000, { symbol: 'SOLUSDT' });
  scribe.issue(3_000, { symbol: 'BTCUSDT' });
  scribe.end(3_000, 4_000, 'CANCELLED');
  const at = (nowMs: number): string[] =>
    scribe.book.history(nowMs).map(({ signal: { stampUs }, end }) => `${stampUs / 1000} ${end.state} ${end.atMs}`);
  assert.deepEqual(at(4_000), ['3000 CANCELLED 4000']);
  // Nobody has written down yet that these are over: the time says so.
  assert.deepEqual(at(16_000), ['1000 EXPIRED 16000', '3000 CANCELLED 4000']);
  assert.deepEqual(at(17_000), ['1000 EXPIRED 16000', '2000 EXPIRED 17000', '3000 CANCELLED 4000']);
  assert.equal(scribe.book.history(16_000)[0]?.end.reason, 'not acknowledged within 15.0 s');
});

it(`shows ${LIVE_SHOWN} live and ${HISTORY_SHOWN} past signals, the newest, and still counts all`, () => {
  const scribe = new Scribe();
  const { book } = scribe;
  for (let at = 1; at <= 60; at += 1) scribe.issue(at, { symbol: `S${at}` });
  assert.deepEqual(
    stampsOf(book.live(60)),
    Array.from({ length: 50 }, (_, index) => 11 + index),
  );
  for (let at = 61; at <= 600; at += 1) scribe.issue(at);
  for (let at = 1; at <= 590; at += 1) scribe.end(at, 600);
  const history = book.history(600);
  assert.deepEqual(
    [history.length, history[0]?.signal.stampUs, history.at(-1)?.signal.stampUs],
    [500, 91_000, 590_000],
  );
  const later = book.history(1_000_000);
  assert.deepEqual([later.length, later[0]?.signal.stampUs, later.at(-1)?.signal.stampUs], [500, 101_000, 600_000]);
  assert.deepEqual([book.issuedCount, book.endedCount], [600, 590]);
  assert.equal(book.byStamp(90_000), undefined, 'no longer shown');
  assert.equal(book.knows(90_000), true, 'but it was issued');
  assert.throws(() => book.seqOf('signal of 90'), InvariantError);
  assert.deepEqual(
    [book.byStamp(91_000)?.symbol, book.seqOf('signal of 91'), book.byStamp(600_000)?.symbol],
    ['ETHUSDT', 91, 'ETHUSDT'],
  );
});

it('knows which stamps were issued, and when a symbol had its last signal', () => {
  const scribe = new Scribe();
  scribe.issue(1_000);
  scribe.issue(2_000, { stampUs: 2_000_001 });
  assert.deepEqual(
    [1_000_000, 2_000_001, 2_000_000].map((stamp) => scribe.book.knows(stamp)),
    [true, true, false],
  );
  assert.deepEqual([scribe.book.lastIssuedMs('ETHUSDT'), scribe.book.lastIssuedMs('SOLUSDT')], [2_000, undefined]);
});

it('goes on from what retention has dropped', () => {
  const base = { ...NOTHING_DROPPED, seq: 40, lastStampUs: 5_000_000, signalsIssued: 15 };
  const book = new SignalBook(base);
  new Scribe(book).issue(6_000);
  assert.deepEqual([book.lastSeq, book.lastStampUs, book.issuedCount, book.endedCount], [41, 6_000_000, 16, 15]);
  const first: Effect = { kind: 'signal_issued', seq: 1, signal: signal(6_000) };
  assert.throws(() => new SignalBook(base).apply(first), InvariantError);
  assert.throws(() => new Scribe(new SignalBook(base)).issue(5_000), InvariantError, 'a stamp of before');
});

it('carries on what retention has left open', () => {
  const scribe = new Scribe();
  scribe.issue(1_000, { symbol: 'SOLUSDT', expiresAtMs: 90_000 });
  scribe.issue(2_000);
  scribe.issue(3_000, { symbol: 'BTCUSDT' });
  scribe.end(2_000, 4_000);
  const book = new SignalBook(JSON.parse(JSON.stringify(scribe.book.asBase())));
  assert.deepEqual(stampsOf(book.open), [1_000, 3_000]);
  assert.deepEqual([book.latestMs, book.issuedCount, book.endedCount], [4_000, 3, 1]);
  assert.deepEqual([book.seqOf('signal of 1000'), book.byStamp(1_000_000)?.symbol], [1, 'SOLUSDT']);
  assert.deepEqual([book.knows(3_000_000), book.knows(2_000_000)], [true, false]);
  assert.equal(book.lastIssuedMs('ETHUSDT'), 2_000, 'a cool-down goes on');
  assert.equal(book.latest(4_000)?.stampUs, 3_000_000);
  const later = new Scribe(book);
  later.end(3_000, 5_000);
  assert.equal(book.latest(5_000), undefined, 'the older one does not take its place');
  assert.equal(new SignalBook(book.asBase()).latest(5_000), undefined, 'nor after another cut');
  later.end(1_000, 6_000, 'CANCELLED');
  assert.deepEqual(
    book.history(6_000).map(({ signal, end }) => [signal.symbol, end.state]),
    [
      ['SOLUSDT', 'CANCELLED'],
      ['BTCUSDT', 'ACKED_LEGACY'],
    ],
  );
});

it('stops the program on effects that cannot follow each other', () => {
  const issued = (seq: number, atMs: number): SignalIssued => ({ kind: 'signal_issued', seq, signal: signal(atMs) });
  const ended = { kind: 'signal_ended', state: 'EXPIRED', reason: 'a test', atMs: 9 } as const;
  const wrong: readonly (readonly Effect[])[] = [
    [issued(2, 1)],
    [issued(1, 1), issued(1, 2)],
    [issued(1, 1), issued(3, 2)],
    [issued(1, 2), issued(2, 2)],
    [issued(1, 2), issued(2, 1)],
    [{ ...ended, seq: 1, signalId: 'signal of 1' }],
    [issued(1, 1), { ...ended, seq: 2, signalId: 'signal of 1' }, { ...ended, seq: 3, signalId: 'signal of 1' }],
  ];
  for (const effects of wrong) {
    const book = new SignalBook();
    for (const effect of effects.slice(0, -1)) book.apply(effect);
    assert.throws(() => book.apply(effects.at(-1)!), InvariantError);
  }
});

it('copies itself: two books from there on', () => {
  const scribe = new Scribe();
  scribe.issue(1_000);
  scribe.issue(2_000);
  scribe.end(1_000, 2_500);
  const copy = new Scribe(scribe.book.copy());
  assert.deepEqual(tell(copy.book), tell(scribe.book));
  assert.equal(copy.book.seqOf('signal of 2000'), 2);
  const before = tell(scribe.book);
  copy.end(2_000, 2_600);
  copy.issue(3_000);
  assert.deepEqual(tell(scribe.book), before);
  assert.notDeepEqual(tell(copy.book), before);
  copy.end(3_000, 3_100);
  assert.deepEqual(tell(copy.book.copy()), tell(copy.book), 'also when the newest has ended');
});

/** Everything a book answers, at every time that matters. */
function tell(book: SignalBook): unknown {
  const times = [0, 1_000, 2_500, 16_000, 17_000, 18_000];
  return [
    [book.lastSeq, book.issuedCount, book.endedCount, book.lastStampUs, book.lastIssuedMs('ETHUSDT'), [...book.open]],
    times.map((timeMs) => [book.live(timeMs), book.latest(timeMs), [...book.history(timeMs)]]),
    [1_000, 2_000, 3_000].map((atMs) => [book.knows(atMs * 1000), book.byStamp(atMs * 1000)]),
  ];
}

it('keeps live and history apart, and both in the order of stamps', () => {
  const steps = fc.array(fc.tuple(fc.boolean(), fc.nat(20_000), fc.nat(1_000)), { maxLength: 80 });
  const law = fc.property(steps, fc.nat(100_000), (script, nowMs) => {
    const scribe = new Scribe();
    const { book } = scribe;
    let atMs = 0;
    for (const [isIssue, waitMs, pick] of script) {
      atMs += waitMs + 1;
      if (isIssue || book.open.length === 0) scribe.issue(atMs, { expiresAtMs: atMs + (pick % 7) * 5_000 + 1 });
      else scribe.end(book.open[pick % book.open.length]!.stampUs / 1000, atMs);
    }
    const [live, past] = [book.live(nowMs), book.history(nowMs).map((ended) => ended.signal)];
    for (const list of [live, past])
      assert.deepEqual(
        list,
        [...list].sort((a, b) => a.stampUs - b.stampUs),
      );
    assert.equal(live.filter((one) => past.includes(one)).length, 0);
    assert.equal(live.length + past.length, book.issuedCount);
    const latest = book.latest(nowMs);
    if (latest !== undefined) assert.deepEqual([latest.stampUs, latest], [book.lastStampUs, live.at(-1)]);
  });
  fc.assert(law);
});
