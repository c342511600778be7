import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import type { Trade } from '../market/trade.ts';
import { TradeChain } from './trade-chain.ts';

const trade = (tradeId: number): Trade => ({
  ...{ kind: 'trade', symbol: 'ETHUSDT', tradeId, price: 1, size: 1, aggressor: 'buy', eventTimeMs: tradeId * 10 },
});

/** Ids that are let through, in order. */
function through(chain: TradeChain, ids: readonly number[]): number[] {
  const passed: number[] = [];
  for (const id of ids) {
    if (chain.judge(trade(id), 0) !== 'next') continue;
    passed.push(id);
    for (let next = chain.follow(); next !== undefined; next = chain.follow()) passed.push(next.tradeId);
  }
  return passed;
}

it('lets every trade through once and in order, however two connections interleave', () => {
  const law = fc.property(fc.array(fc.nat({ max: 1 }), { maxLength: 60 }), fc.nat({ max: 5 }), (picks, lead) => {
    // The second connection begins `lead` trades late; both deliver in order.
    const streams = [[...Array(30).keys()].slice(1), [...Array(30).keys()].slice(1 + lead)];
    const ids = [1, ...picks.flatMap((pick) => streams[pick]!.shift() ?? []), ...streams.flat()];
    const passed = through(new TradeChain({ gapless: true }), ids);
    assert.deepEqual(passed, [...Array(30).keys()].slice(1));
  });
  fc.assert(law);
});

it('waits for a missing one, and says how many were missing when it is given up', () => {
  const chain = new TradeChain({ gapless: true });
  assert.deepEqual(through(chain, [1, 2, 5, 6, 9]), [1, 2]);
  assert.equal(chain.missingSinceMs, 0);
  assert.equal(chain.waitsBefore(50), false);
  assert.equal(chain.waitsBefore(51), true);
  const given = chain.giveUp();
  assert.deepEqual([given.missing, given.trade.tradeId, chain.follow()?.tradeId], [2, 5, 6]);
  assert.equal(chain.follow(), undefined);
  assert.deepEqual([chain.giveUp().missing, chain.missingSinceMs], [2, undefined]);
});

it('knows only repetitions where ids have holes', () => {
  assert.deepEqual(through(new TradeChain({ gapless: false }), [1, 7, 7, 5, 90]), [1, 7, 90]);
});
