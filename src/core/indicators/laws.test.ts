import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));

it('judges every indicator there is', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.js') && !/\.test(ing)?\.js$/.test(name));
  let judged = 0;
  for (const file of files) {
    const source = readFileSync(join(folder, file), 'utf8');
    // What has a warm-up, a peek and an add is an indicator; the interface alone leaves no code behind.
    if (!/^ {4}peek\(/m.test(source) || !/^ {4}warmup\b/m.test(source)) continue;
    const test = readFileSync(join(folder, file.replace('.js', '.test.js')), 'utf8');
    assert.match(test, /^ *obeysTheLaws\(/m, `${file} does not stand before the laws`);
    judged += 1;
  }
  assert.ok(judged >= 13, `only ${judged} indicators were found`);
});
