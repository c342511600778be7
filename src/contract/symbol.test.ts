import assert from 'node:assert/strict';
import { it } from 'node:test';
import { normaliseSymbol } from './symbol.ts';

it('knows the ways to write one symbol, and takes no part for the whole', () => {
  for (const text of ['ETHUSDT', 'ethusdt', 'ETH/USDT', 'eth-usdt', 'ETH/USDT:USDT', 'Eth-Usdt:usdt']) {
    assert.equal(normaliseSymbol(text), 'ETHUSDT', text);
  }
  assert.equal(normaliseSymbol('ETH'), 'ETH');
  assert.equal(normaliseSymbol('ETH_USDT'), 'ETH_USDT');
  assert.equal(normaliseSymbol('BTC/USD:BTC'), 'BTCUSD:BTC');
});
