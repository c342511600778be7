import assert from 'node:assert/strict';
import { it } from 'node:test';
import { clip, grade, lean, reaches } from './lean.ts';

it('leans to neither side within a billionth of the scale', () => {
  assert.deepEqual([lean(2e-6, 1_000), lean(-2e-6, 1_000)], [1, -1]);
  assert.deepEqual([lean(9e-7, 1_000), lean(-9e-7, 1_000), lean(0, 1_000)], [0, 0, 0]);
  assert.equal(lean(9e-7, -1_000), 0, 'a mirrored price may be below 0');
});

it('reaches a bound in every unit, however the division was rounded', () => {
  assert.deepEqual([reaches(1.5, 1.5), reaches(1.5 - 2 ** -52, 1.5), reaches(1.499_999, 1.5)], [true, true, false]);
  assert.deepEqual([reaches(0, 0), reaches(-1e-12, 0)], [true, false]);
});

it('grades from 0 to 1 and clips to its limit', () => {
  assert.deepEqual([grade(1, 1, 3), grade(2, 1, 3), grade(3, 1, 3)], [0, 0.5, 1]);
  assert.deepEqual([grade(-9, 1, 3), grade(9, 1, 3)], [0, 1]);
  assert.deepEqual([clip(-9, 2), clip(1, 2), clip(9, 2)], [-2, 1, 2]);
});
