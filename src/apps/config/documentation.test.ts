import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import type { Bar } from '../../core/market/bar.ts';
import { folder, load, problemsOf } from './config.testing.ts';
import { BUILT_INS } from './defaults.ts';
import { renewDocumentation } from './documentation.testing.ts';
import { OTHER_VARIABLES, OVERRIDES } from './overrides.ts';

const page = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');

it('is documented as it is', () => {
  assert.equal(renewDocumentation(page, BUILT_INS), page, 'run `node tools/document-config.mjs`');
  // It would notice a default that changed.
  const [first, ...rest] = BUILT_INS;
  assert.notEqual(renewDocumentation(page, [{ definition: first!.definition, weight: 0.5 }, ...rest]), page);
});

it('names every variable', () => {
  const variables = [...OVERRIDES.flatMap(({ env }) => env ?? []), ...OTHER_VARIABLES];
  assert.deepEqual(
    variables.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});

it('shows a strategy that loads and votes', async (t) => {
  const example = /```js\n([\s\S]+?)```/.exec(page)?.[1] ?? '';
  const yaml = 'fusion: { minStrategies: 1 }\nstrategies: [{ file: my-strategy.mjs, weight: 1 }]\n';
  const result = await load(folder(t, { 'my-strategy.mjs': example, 'tapewire.yaml': yaml }));
  assert.ok(result.ok, problemsOf(result).join('\n'));
  const seat = result.value.seats[0]!;
  const instrument = { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 };
  const strategy = seat.definition.create({ instrument, timeframe: '1m' }, seat.options);
  const sides = [5, 6, 7, 8, 7, 6, 5].map((close) => {
    strategy.onBar?.({ close } as Bar);
    return strategy.opinion.side;
  });
  assert.deepEqual(sides, [undefined, undefined, undefined, 'buy', undefined, undefined, 'sell']);
});
