import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { folder, load, problemsOf } from './config.testing.ts';

const MINE = `
export const strategy = {
  name: 'mine', summary: 'Mine.', scope: 'instrument', longestPeriodBars: 0, defaults: { size: 2 },
  parse: (options) => options.size > 0 ? { ok: true, value: options } : { ok: false, problem: 'size must be > 0' },
  create: () => ({ opinion: { side: undefined, reason: 'silent' } }),
};
`;

const CONTEXT = {
  instrument: { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 },
  timeframe: '1m',
} as const;

it('loads a strategy of the user’s own from beside the file that names it', async (t) => {
  const yaml =
    'strategies:\n  - { name: momentum, weight: 1 }\n  - { file: ./mine.mjs, weight: 0.5, options: { size: 3 } }\n';
  const elsewhere = folder(t, {
    'my.yaml': yaml,
    'mine.mjs': MINE,
    'mine.default.mjs': MINE.replace('export const strategy =', 'export default'),
  });
  const result = await load(folder(t), { config: join(elsewhere, 'my.yaml') });
  assert.ok(result.ok, problemsOf(result).join('\n'));
  assert.throws(
    () => result.value.seats[1]!.definition.create(CONTEXT, {}),
    /^StrategyError: strategy mine \(\.\/mine\.mjs\): what create returned listens to nothing/,
    'a strategy of the user’s own is under guard',
  );
  const seats = result.value.seats.map(({ definition, weight, options }) => [definition.name, weight, options]);
  assert.deepEqual(seats, [
    ['momentum', 1, { rangeBars: 20 }],
    ['mine', 0.5, { size: 3 }],
  ]);
});

it('says what is wrong with each entry', async (t) => {
  const entries: [entry: string, problem: RegExp][] = [
    [
      '{ name: momentun, weight: 1 }',
      /strategies\[0\]\.name is "momentun", which is not a built-in strategy: did you mean momentum\?$/,
    ],
    ['{ name: zzz, weight: 1 }', /there are trend-confluence, momentum/],
    ['{ name: momentum, weight: 0 }', /strategies\[0\]\.weight is 0, it must be a number from 0\.000001 to 1000/],
    ['{ name: momentum }', /strategies\[0\]\.weight is missing/],
    ['{ weight: 1 }', /either `name` \(built in\) or `file`/],
    ['{ name: momentum, file: ./mine.mjs, weight: 1 }', /either `name` \(built in\) or `file`/],
    [
      '{ name: momentum, wieght: 1, weight: 1 }',
      /strategies\[0\]\.wieght is not a key of the configuration, did you mean strategies\[0\]\.weight\?/,
    ],
    ['{ name: momentum, weight: 1, optoins: {} }', /did you mean strategies\[0\]\.options\?/],
    [
      '{ name: momentum, weight: 1, options: { rangeBars: 1 } }',
      /options cannot be used by momentum: rangeBars must be >= 2/,
    ],
    [
      '{ name: momentum, weight: 1, options: { rangeBar: 3 } }',
      /has "rangeBar", which is not an option of momentum: did you mean rangeBars\?/,
    ],
    ['{ file: ./none.mjs, weight: 1 }', /names .*none\.mjs, but there is no such file/],
    ['{ file: ./broken.mjs, weight: 1 }', /cannot be loaded: SyntaxError: .*node --check/],
    ['{ file: ./throws.mjs, weight: 1 }', /cannot be loaded: Error: no luck/],
    ['{ file: ./empty.mjs, weight: 1 }', /exports neither a default nor `strategy`/],
    ['{ file: ./shape.mjs, weight: 1 }', /not a strategy: name must be small letters.*; create must be a function/],
    ['{ file: ./mine.mjs, weight: 1, options: { size: 0 } }', /cannot be used by mine: size must be > 0/],
    [
      '{ file: ./parse.mjs, weight: 1 }',
      /cannot be checked: parse of mine returned undefined, it must return \{ ok: true/,
    ],
  ];
  const files = {
    'mine.mjs': MINE,
    'broken.mjs': 'const a = 1;\nconst = 2;\n',
    'throws.mjs': 'throw new Error("no luck");\n',
    'parse.mjs': MINE.replace(/parse: .*/, 'parse: () => undefined,'),
    'empty.mjs': 'export const other = 1;\n',
    'shape.mjs': `export default { ...(${MINE.slice(MINE.indexOf('{'), -2)}), name: 'A b', create: 1 };\n`,
  };
  for (const [entry, problem] of entries) {
    const cwd = folder(t, { ...files, 'tapewire.yaml': `fusion: { minStrategies: 1 }\nstrategies:\n  - ${entry}\n` });
    const problems = problemsOf(await load(cwd));
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0]!, problem);
    assert.match(problems[0]!, /^tapewire\.yaml:3: /);
  }
});

it('refuses two strategies of one name', async (t) => {
  const twice = 'strategies: [{ name: momentum, weight: 1 }, { file: a.mjs, weight: 1 }]\n';
  const cwd = folder(t, { 'tapewire.yaml': twice, 'a.mjs': MINE.replace("'mine'", "'momentum'") });
  assert.match(
    problemsOf(await load(cwd)).join('\n'),
    /strategies\[1\]\.file is the second strategy called "momentum"/,
  );
});
