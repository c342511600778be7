import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../core/assert.ts';
import { decimalText, roundedDecimalText } from './decimal.ts';

it('prints every finite number as a plain decimal that reads back as the same number', () => {
  const law = fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
    const text = decimalText(value);
    assert.match(text, /^-?\d+\.\d+$/);
    assert.equal(Number(text), value === 0 ? 0 : value);
  });
  fc.assert(law, { numRuns: 5_000 });
});

it('keeps the point in whole numbers, and never writes an exponent', () => {
  const texts = [3500, 3482.5, 1.23e-6, 1e-9, 1e21, 1.5e22, 0.1].map(decimalText);
  const wanted = [
    '3500.0',
    '3482.5',
    '0.00000123',
    '0.000000001',
    '1000000000000000000000.0',
    '15000000000000000000000.0',
  ];
  assert.deepEqual(texts, [...wanted, '0.1']);
});

it('rounds binary dust away', () => {
  assert.equal(roundedDecimalText((0.22 + 0.2 + 0.18 + 0.15) * 100, 2), '75.0');
  assert.equal(roundedDecimalText(85.4999999, 2), '85.5');
});

it('has no text for what is not a number', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) assert.throws(() => decimalText(value), InvariantError);
});
