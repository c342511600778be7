import assert from 'node:assert/strict';
import { it } from 'node:test';
import { checkAccount } from './account-check.ts';
import type { Answer, Call, VenueApi } from './venue-api.ts';

const WELL: Partial<Record<Call, unknown>> = {
  sapiGetAccountApiRestrictions: { enableWithdrawals: false, enableFutures: true },
  fapiPrivateGetPositionSideDual: { dualSidePosition: false },
  fapiPrivateGetMultiAssetsMargin: { multiAssetsMargin: false },
  fapiPrivateV3GetBalance: [{ asset: 'USDT', balance: '100.5', availableBalance: '90' }],
  fapiPrivateV3GetPositionRisk: [{ symbol: 'ETHUSDT', positionAmt: '-0.5' }],
};

const venue = (over: Partial<Record<Call, unknown>>): VenueApi => ({
  call: (name): Promise<Answer> => {
    const body = { ...WELL, ...over }[name];
    return Promise.resolve(body === undefined ? { kind: 'refused', code: -1, message: 'no' } : { kind: 'ok', body });
  },
  nowMs: () => 0,
  syncTime: () => Promise.resolve(),
});

it('uses a key that trades futures and cannot withdraw, on an account in one-way, single-asset mode', async () => {
  const checked = await checkAccount(venue({}), { kind: 'live' });
  assert.deepEqual(checked.ok && checked.value, { wallet: 100.5, available: 90, positions: ['ETHUSDT'], remarks: [] });
  const refusals: readonly [Partial<Record<Call, unknown>>, RegExp][] = [
    [{ sapiGetAccountApiRestrictions: { enableWithdrawals: true, enableFutures: true } }, /can withdraw/],
    [{ sapiGetAccountApiRestrictions: { enableFutures: true } }, /can withdraw/],
    [{ sapiGetAccountApiRestrictions: { enableWithdrawals: false, enableFutures: false } }, /cannot trade futures/],
    [{ sapiGetAccountApiRestrictions: undefined }, /not known/],
    [{ fapiPrivateGetPositionSideDual: { dualSidePosition: true } }, /hedge mode/],
    [{ fapiPrivateGetMultiAssetsMargin: {} }, /multi-asset/],
    [{ fapiPrivateV3GetBalance: [{ asset: 'BNB', balance: '1', availableBalance: '1' }] }, /no USDT/],
    [{ fapiPrivateV3GetPositionRisk: [{ symbol: 'ETHUSDT', positionAmt: 'many' }] }, /positionAmt cannot be "many"/],
  ];
  for (const [over, words] of refusals) {
    const refused = await checkAccount(venue(over), { kind: 'live' });
    assert.match(refused.ok ? 'taken' : refused.problem, words);
  }
  // Demo trading has nothing to ask and nothing to withdraw.
  const demo = await checkAccount(venue({ sapiGetAccountApiRestrictions: undefined }), { kind: 'testnet' });
  assert.ok(demo.ok && demo.value.remarks.length === 1);
});
