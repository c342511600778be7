import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MarketEvent } from '../engine/event.ts';
import type { Trade } from '../market/trade.ts';
import { SettlingSeconds } from './settling-seconds.ts';

const trade = (eventTimeMs: number): Trade => ({
  ...{ kind: 'trade', symbol: 'ETHUSDT', tradeId: eventTimeMs, price: 1, size: 1, aggressor: 'buy', eventTimeMs },
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
