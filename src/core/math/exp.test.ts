import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import { exp } from './exp.ts';

it('is within 1e-14 of e^x from -700 to 700', () => {
  const law = fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
    assert.ok(Math.abs(exp(x) / Math.exp(x) - 1) < 1e-14);
  });
  fc.assert(law, { numRuns: 100_000 });
});

it('knows e, its root and 1 / e', () => {
  // The decimal expansions (OEIS A019774, A068985), read as doubles.
  assert.equal(exp(0), 1);
  assert.ok(Math.abs(exp(1) / Math.E - 1) < 4e-16);
  assert.ok(Math.abs(exp(0.5) / 1.6487212707001282 - 1) < 4e-16);
  assert.ok(Math.abs(exp(-1) / 0.36787944117144233 - 1) < 4e-16);
});

it('turns sums into products and grows', () => {
  const small = fc.double({ min: -300, max: 300, noNaN: true });
  const law = fc.property(small, small, (a, b) => {
    // a + b itself is off by half a unit in the last place, and exp carries that over.
    assert.ok(Math.abs(exp(a + b) / (exp(a) * exp(b)) - 1) < 2e-13);
    if (a < b) assert.ok(exp(a) <= exp(b));
  });
  fc.assert(law);
});

it('runs into 0 and infinity, and refuses what is not a number', () => {
  assert.deepEqual([-800, Number.NEGATIVE_INFINITY, 800, Number.POSITIVE_INFINITY].map(exp), [
    0,
    0,
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ]);
  assert.throws(() => exp(Number.NaN), InvariantError);
});
