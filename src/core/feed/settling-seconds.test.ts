import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MarketEvent } from '../engine/event.ts';
import type { Trade } from '../market/trade.ts';
import { SettlingSeconds } from './settling-seconds.ts';

const trade = (eventTimeMs: number, symbol = 'ETHUSDT'): Trade => ({
  ...{ kind: 'trade', symbol, tradeId: eventTimeMs, price: 1, size: 1, aggressor: 'buy', eventTimeMs },
});

it('delivers inside a second at once, keeps what is beyond it, and refuses what is over', () => {
  const heard: (string | number)[] = [];
  const note = (event: MarketEvent): void =>
    void heard.push(event.kind === 'clock' ? `clock ${event.eventTimeMs}` : (event as Trade).eventTimeMs);
  const seconds = new SettlingSeconds(note);
  seconds.begin(5_400);
  const offer = (timeMs: number): boolean => seconds.offer(trade(timeMs), timeMs);
  assert.deepEqual(
    [offer(5_999), offer(6_000), offer(5_001), offer(7_500), offer(6_001), offer(4_999)],
    [...[true, true, true, true, true], false],
  );
  assert.deepEqual(heard, [5_999, 5_001]);
  seconds.closeSecond();
  assert.deepEqual(heard.splice(0), [5_999, 5_001, 'clock 6000', 6_000, 6_001]);
  assert.equal(offer(5_999), false);
  seconds.skipTo(9_000);
  assert.deepEqual(heard, ['clock 9000'], 'what was kept for lost seconds is given up');
});

describe('a second that opens with more than goes out at once', () => {
  const SYMBOLS = Array.from({ length: 60 }, (_, index) => `S${index}`);
  /** 50 of each: 20 instruments go out with the close, 40 wait. */
  function opened() {
    const heard: Trade[] = [];
    const seconds = new SettlingSeconds((event) => {
      if (event.kind === 'trade') heard.push(event);
    });
    seconds.begin(5_000);
    for (let at = 6_000; at < 6_050; at += 1) {
      for (const symbol of SYMBOLS) seconds.offer(trade(at, symbol), at);
    }
    seconds.closeSecond();
    return { heard, seconds };
  }
  const timesOf = (heard: readonly Trade[], wanted: string): number[] =>
    heard.filter(({ symbol }) => symbol === wanted).map(({ eventTimeMs }) => eventTimeMs);
  const WAITED = Array.from({ length: 50 }, (_, index) => 6_000 + index);

  it('delivers some with the close, and one more instrument with every later event', () => {
    const { heard, seconds } = opened();
    assert.equal(heard.length, 1_000);
    seconds.offer(trade(6_100, 'S0'), 6_100);
    assert.equal(heard.length, 1_000 + 50 + 1);
    assert.equal(heard.at(-1)?.symbol, 'S0', 'what was ahead of it goes first');
  });

  it('delivers everything of an instrument before anything newer of it', () => {
    const { heard, seconds } = opened();
    for (const symbol of [...SYMBOLS].reverse()) seconds.offer(trade(6_100, symbol), 6_100);
    for (const symbol of SYMBOLS) assert.deepEqual(timesOf(heard, symbol), [...WAITED, 6_100], symbol);
  });

  it('delivers the rest before the second is closed, and before it is skipped', () => {
    const ends: ((seconds: SettlingSeconds) => void)[] = [
      (seconds) => seconds.closeSecond(),
      (seconds) => seconds.skipTo(9_000),
      (seconds) => seconds.flushAll(),
    ];
    for (const end of ends) {
      const { heard, seconds } = opened();
      end(seconds);
      for (const symbol of SYMBOLS) assert.deepEqual(timesOf(heard, symbol), WAITED, symbol);
    }
  });

  it('delivers one instrument when asked, once, and nothing of one that has left', () => {
    const { heard, seconds } = opened();
    seconds.flush('S59');
    seconds.flush('S59');
    assert.deepEqual(timesOf(heard, 'S59'), WAITED);
    seconds.forget('S58');
    seconds.closeSecond();
    assert.deepEqual(timesOf(heard, 'S58'), []);
    assert.equal(heard.length, 59 * 50);
  });
});
