import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { numberBetween, parseOptions, wholeNumber } from './options.ts';
import { BUILT_IN_STRATEGIES } from './registry.ts';

interface Pair {
  readonly fast: number;
  readonly slow: number;
}

const parse = (written: Record<string, unknown>) =>
  parseOptions<Pair>('pair', { fast: wholeNumber(2), slow: numberBetween(0, 100) }, written, [['fast', 'slow']]);

it('reads options that hold', () => {
  assert.deepEqual(parse({ fast: 2, slow: 50.5 }), { ok: true, value: { fast: 2, slow: 50.5 } });
});

it('tells every problem at once, by name', () => {
  const wrong = parse({ fast: -1, slow: '7', pace: 3 });
  assert.deepEqual(wrong, {
    ok: false,
    problem: [
      'pair.pace is not an option; known: fast, slow',
      'pair.fast must be a whole number >= 2 (and at most 525600), not -1',
      'pair.slow must be a number between 0 and 100, not "7"',
    ].join('; '),
  });
  assert.match(problemOf(parse({ fast: 9, slow: 9 })), /^pair\.fast must be less than pair\.slow \(9\), not 9$/);
  assert.match(problemOf(parse({ fast: 9 })), /^pair\.slow must be .*, not missing$/);
});

it('takes nothing but numbers in their range, whatever is written', () => {
  const law = fc.property(fc.anything(), fc.anything(), (fast, slow) => {
    const parsed = parse({ fast, slow });
    if (!parsed.ok) return parsed.problem.length > 0;
    return Number.isSafeInteger(fast) && typeof slow === 'number' && (fast as number) >= 2 && slow > (fast as number);
  });
  fc.assert(law);
});

it('knows no option that every object has', () => {
  assert.equal(parse(JSON.parse('{"fast":3,"slow":4,"__proto__":1}')).ok, false);
  assert.equal(parse({ fast: 3, slow: 4, toString: 1 }).ok, false);
});

for (const { name, defaults, parse: parseOwn } of BUILT_IN_STRATEGIES) {
  it(`${name} accepts its defaults and refuses every one of them as text, missing, NaN or -1`, () => {
    const own = defaults as Readonly<Record<string, number>>;
    assert.deepEqual(parseOwn(own), { ok: true, value: own });
    assert.match(problemOf(parseOwn({ ...own, rangeBar: 20 })), new RegExp(`^${name}\\.rangeBar is not an option`));
    for (const option of Object.keys(own)) {
      for (const value of [String(own[option]), undefined, Number.NaN, -1, Number.POSITIVE_INFINITY]) {
        assert.match(problemOf(parseOwn({ ...own, [option]: value })), new RegExp(`${name}\\.${option} must be `));
      }
    }
  });
}

function problemOf(
  parsed: ReturnType<typeof parse> | { readonly ok: true } | { readonly ok: false; problem: string },
): string {
  return parsed.ok ? 'no problem' : parsed.problem;
}
