import assert from 'node:assert/strict';
import { it } from 'node:test';
import { missingOf } from './missing.ts';

it('names what is missing, and of what is there no more than ten', () => {
  assert.equal(missingOf(undefined, new Set()), undefined);
  assert.equal(missingOf(new Set(['A']), new Set(['A', 'B'])), undefined);
  assert.deepEqual(missingOf(new Set(['A', 'C']), new Set(['B', 'A'])), {
    sentence: 'the tape has no C: it has A, B',
    isAll: false,
  });
  assert.deepEqual(missingOf(new Set(['C']), new Set()), {
    sentence: 'the tape has no C: there is no instrument in it',
    isAll: true,
  });
  const twelve = new Set(Array.from({ length: 12 }, (_, index) => String.fromCharCode(97 + index)));
  assert.match(missingOf(new Set(['C']), twelve)!.sentence, /it has a, b, .*, j and 2 more$/);
});
