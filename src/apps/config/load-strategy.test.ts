import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { folder } from './config.testing.ts';
import { loadStrategy } from './load-strategy.ts';

const ignore = (): undefined => undefined;

it('says what an export lacks in words of its own', async (t) => {
  const cwd = folder(t, { 'text.mjs': 'export default "buy";\n', 'empty.mjs': 'export default {};\n' });
  const of = async (name: string): Promise<string> => {
    const loaded = await loadStrategy({ file: name, absolutePath: join(cwd, name), onInvalid: ignore });
    return loaded.ok ? '' : loaded.problem;
  };
  assert.match(await of('text.mjs'), /not a strategy: the export must be an object with name, summary, .* create$/);
  const all = await of('empty.mjs');
  for (const must of [
    'name must be small letters, digits and -',
    'summary must be a sentence',
    'scope must be "instrument" or "timeframe"',
    'longestPeriodBars must be a whole number of at least 0',
    'defaults must be an object with the default of every option',
    'parse must be a function',
    'create must be a function',
  ])
    assert.equal(all.split(must).length, 2, `${must}, once: ${all}`);
  assert.doesNotMatch(all, /Invalid|expected|received/);
});

it('does not wait for ever for a module', async (t) => {
  const cwd = folder(t, { 'waits.mjs': 'await new Promise(() => undefined);\nexport default {};\n' });
  const absolutePath = join(cwd, 'waits.mjs');
  const loaded = await loadStrategy({ file: 'waits.mjs', absolutePath, onInvalid: ignore, withinMs: 50 });
  assert.match(loaded.ok ? '' : loaded.problem, /waits\.mjs, which was not loaded after 0\.05 s: does it `await`/);
});
