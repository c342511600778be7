import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import {
  amountText,
  clockText,
  decimalsOfPrices,
  durationText,
  percentText,
  priceText,
  quantityText,
  timeText,
} from './digits.ts';

it('writes prices with the places of their step, and never as nothing', () => {
  const cases: readonly (readonly [number, number, string])[] = [
    [3500, 2, '3500.00'],
    [67_123.5, 1, '67123.5'],
    [67_123, 0, '67123'],
    // A mean price lies between two steps.
    [3500.123456, 2, '3500.123'],
    [0.00001234, 8, '0.00001234'],
    [0.00001234, 4, '0.00001234'],
    [0.000012345678, 4, '0.00001235'],
    [1.5e-9, 2, '0.0000000015'],
  ];
  for (const [price, decimals, text] of cases) assert.equal(priceText(price, decimals), text);
});

it('shows no price above zero as zero, and none with an exponent', () => {
  const law = fc.property(fc.double({ min: 1e-12, max: 1e9, noNaN: true }), fc.nat(8), (price, decimals) => {
    const text = priceText(price, decimals);
    assert.match(text, /^\d+(\.\d+)?$/);
    assert.ok(Number(text) > 0, text);
    assert.ok(Math.abs(Number(text) / price - 1) < 1e-3, `${price} as ${text}`);
  });
  fc.assert(law);
});

it('finds the places that prices of one instrument need', () => {
  assert.equal(decimalsOfPrices([3500, 3482.5, 3528]), 1);
  assert.equal(decimalsOfPrices([50_000, 50_500]), 0);
  assert.equal(decimalsOfPrices([1.2e-7]), 8);
  assert.equal(decimalsOfPrices([]), 0);
});

it('writes shares, amounts and quantities signed where a sign means something', () => {
  assert.deepEqual([0.8, -0.5, 0, -0.0031, 0.00001].map(percentText), [
    '+0.80 %',
    '-0.50 %',
    '0.00 %',
    '-0.0031 %',
    '+0.00001 %',
  ]);
  assert.equal(amountText(12.345, 'USDT'), '+12.35 USDT');
  assert.equal(amountText(-0.000_421, 'USDT'), '-0.00042 USDT');
  assert.deepEqual([0.25, 1000, 0.123456789].map(quantityText), ['0.25', '1000', '0.12345679']);
});

it('says UTC, and durations as people do', () => {
  assert.equal(timeText(Date.UTC(2026, 0, 2, 14, 5, 9, 999)), '2026-01-02 14:05:09 UTC');
  assert.equal(clockText(Date.UTC(2026, 0, 2, 14, 5, 9)), '14:05:09 UTC');
  const durations = [-5, 45_000, 720_000, 3_600_000, 11_100_000, 187_200_000];
  assert.deepEqual(durations.map(durationText), ['0 s', '45 s', '12 min', '1 h', '3 h 5 min', '2 d 4 h']);
});
