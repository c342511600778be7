import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';

const REPORTER = new URL('../../../tools/skip-reporter.mjs', import.meta.url).href;

const SUITE = `
import { describe, it } from 'node:test';
it('runs', () => {});
it('fails', () => { throw new Error('no'); });
it('asks', (t) => t.skip('needs Chromium: set CHROMIUM_PATH'));
it('is marked', { skip: 'needs .NET' }, () => {});
it('is silent', { skip: true }, () => {});
describe('a suite', { skip: 'needs tapes' }, () => { it('inner', () => {}); });
`;

it('tells which tests were skipped and why, and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-skip-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'a.test.mjs');
  writeFileSync(file, SUITE);
  // A test runner inside a test runner would report to the outer one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const run = spawnSync(process.execPath, ['--test', `--test-reporter=${REPORTER}`, file], { encoding: 'utf8', env });
  assert.equal(run.status, 1, run.stderr);
  const told = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; reason: unknown });
  assert.deepEqual(
    told.map(({ name, reason }) => [name, reason]),
    [
      ['asks', 'needs Chromium: set CHROMIUM_PATH'],
      ['is marked', 'needs .NET'],
      ['is silent', true],
      ['a suite', 'needs tapes'],
    ],
  );
});
