import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Bar } from '../../core/market/bar.ts';
import { problemsOf } from './config.testing.ts';
import { BUILT_INS } from './defaults.ts';
import { renewDocumentation } from './documentation.testing.ts';
import { loadConfig } from './load-config.ts';
import { OTHER_VARIABLES, OVERRIDES } from './overrides.ts';

const DOCS = new URL('../../../../docs/', import.meta.url);
const page = readFileSync(new URL('configuration.md', DOCS), 'utf8');

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

it('shows an example that is a file, loads and votes', async () => {
  const examples = fileURLToPath(new URL('examples/', DOCS));
  const [strategyText, configText] = ['my-strategy.mjs', 'tapewire.yaml'].map((name) =>
    readFileSync(join(examples, name), 'utf8'),
  );
  const strategies = readFileSync(new URL('strategies.md', DOCS), 'utf8');
  assert.ok(page.includes(`\`\`\`js\n${strategyText}\`\`\``));
  for (const text of [page, strategies]) assert.ok(text.includes(`\`\`\`yaml\n${configText}\`\`\``));

  const result = await loadConfig({ flags: {}, env: {}, cwd: examples, strategies: BUILT_INS });
  assert.ok(result.ok, problemsOf(result).join('\n'));
  assert.deepEqual(result.warnings, []);
  const seat = result.value.seats.at(-1)!;
  const instrument = { symbol: 'ETHUSDT', tickSize: 0.01, stepSize: 0.001 };
  const strategy = seat.definition.create({ instrument, timeframe: '1m' }, seat.options);
  const opinions = [5, 6, 7, 8, 7, 6, 5].map((close) => {
    strategy.onBar?.({ close } as Bar);
    return strategy.opinion;
  });
  assert.deepEqual(
    opinions.map(({ side }) => side),
    [undefined, undefined, undefined, 'buy', undefined, undefined, 'sell'],
  );
  assert.deepEqual(opinions[3], { side: 'buy', strength: 90, reason: 'closes 5, 6, 7, 8' });
});
