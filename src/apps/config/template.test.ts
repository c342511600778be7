import assert from 'node:assert/strict';
import { it } from 'node:test';
import { folder, load, problemsOf, SIX, strategyNamed } from './config.testing.ts';
import { loadConfig } from './load-config.ts';
import { keyReference } from './reference.ts';
import { renderConfig, renderConfigJson } from './show.ts';
import { renderTemplate } from './template.ts';

it('writes a file that says exactly what holds without it', async (t) => {
  const text = renderTemplate(SIX);
  const cwd = folder(t, { 'tapewire.yaml': text });
  const [written, none] = [await load(cwd), await load(cwd, { config: 'none.yaml' })];
  assert.ok(!none.ok);
  const bare = await load(folder(t, { 'tapewire.yaml': `dataDir: ${JSON.stringify(`${cwd}/tapewire-data`)}\n` }));
  assert.ok(written.ok && bare.ok, problemsOf(written).join('\n'));
  assert.deepEqual(written.value.config, bare.value.config);
  // Not because the file was ignored: every key that has a default comes from it.
  const fromDefault = [...written.value.origins].filter(([, origin]) => origin === 'default').map(([key]) => key);
  assert.deepEqual(fromDefault, ['market.seed', 'market.live.venueUrl', 'telegram.chatId', 'recording.dir']);
  assert.ok(!text.includes('undefined'));
});

it('says of every key what it means and what is allowed', () => {
  for (const { key, meaning, allowed } of keyReference(SIX)) {
    assert.ok(meaning.length > 10, `${key} has no meaning`);
    assert.ok(allowed.length > 3 && !allowed.startsWith('Invalid'), `${key} does not say what is allowed: ${allowed}`);
  }
});

it('shows every value and where it comes from', async (t) => {
  const result = await load(
    folder(t, { 'tapewire.yaml': 'api: { port: 1 }\n' }),
    { speed: '2' },
    { TAPEWIRE_SEED: '7' },
  );
  assert.ok(result.ok);
  const lines = renderConfig(result.value)
    .split('\n')
    .map((line) => line.split(/ {2,}/));
  for (const row of [
    ['api.port', '1', 'tapewire.yaml:1'],
    ['market.speed', '2', '--speed'],
    ['market.seed', '7', 'TAPEWIRE_SEED'],
    ['signals.gate', 'open', 'default'],
  ]) {
    assert.deepEqual(
      lines.find(([key]) => key === row[0]),
      row,
    );
  }
  const json = JSON.parse(renderConfigJson(result.value)) as { config: unknown; origins: Record<string, string> };
  assert.deepEqual(json.config, JSON.parse(JSON.stringify(result.value.config)));
  assert.equal(json.origins['market.speed'], '--speed');
});

it('shows no secret, neither to people nor to programs', async (t) => {
  const definition = strategyNamed('mine');
  const mine = { definition: { ...definition, defaults: { apiKey: '', rangeBars: 2 } }, weight: 1 };
  const yaml = 'fusion: { minStrategies: 1 }\nstrategies: [{ name: mine, weight: 1, options: { apiKey: hunter2 } }]\n';
  const cwd = folder(t, { 'tapewire.yaml': yaml });
  const result = await loadConfig({ flags: {}, env: {}, cwd, strategies: [mine] });
  assert.ok(result.ok, problemsOf(result).join('\n'));
  for (const shown of [renderConfig(result.value), renderConfigJson(result.value)]) {
    assert.match(shown, /apiKey.*\*\*\*/);
    assert.doesNotMatch(shown, /hunter2/);
  }
});
