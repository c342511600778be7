import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { EwScale } from './ew-scale.ts';

it('measures in the root mean square of what it has learnt, clipped', () => {
  const scale = new EwScale({ seconds: 2 });
  assert.equal(scale.measure(5), 0, 'nothing is usual yet');
  scale.learn(3);
  assert.equal(scale.measure(-6), -2);
  assert.equal(scale.measure(90), 3);
  scale.learn(1); // mean square (9 + 1) / 2
  assert.equal(scale.measure(5), 5 / Math.sqrt(5));
  scale.learn(7); // 5 + (49 - 5) / 2: from the second reading on the weight stays 1 / 2
  assert.equal(scale.measure(9), 9 / Math.sqrt(27));
  assert.equal(scale.count, 2);
});

it('answers alike at any unit, and mirrored for a mirrored series', () => {
  const reading = fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-6);
  const law = fc.property(fc.array(reading, { minLength: 1 }), fc.constantFrom(0.01, 1_000, -1), (series, factor) => {
    const [plain, scaled] = [new EwScale({ seconds: 10 }), new EwScale({ seconds: 10 })];
    for (const x of series) {
      const expected = Math.sign(factor) * plain.measure(x);
      assert.ok(Math.abs(scaled.measure(x * factor) - expected) < 1e-9);
      plain.learn(x);
      scaled.learn(x * factor);
    }
  });
  fc.assert(law);
});
