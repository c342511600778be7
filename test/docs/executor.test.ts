import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Server } from '../kills/server.ts';

const EXAMPLE = fileURLToPath(new URL('../../../docs/examples/executor.mjs', import.meta.url));
const WAIT_MS_MAX = 120_000;

/** docs/executor.md begins with it. */
it('fills signals of a server as it comes, and gives the account back', { timeout: 3 * WAIT_MS_MAX }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-example-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const dataDir = join(folder, 'data');
  const server = new Server(['--data-dir', dataDir, '--speed', '20'], folder);
  t.after(() => server.kill());
  const url = await server.listening();
  const example = spawn(process.execPath, [EXAMPLE, url, join(dataDir, 'api-key')], { cwd: folder });
  t.after(() => example.kill('SIGKILL'));
  let said = '';
  for (const stream of [example.stdout, example.stderr]) stream.on('data', (chunk) => (said += chunk));
  for (const untilMs = performance.now() + WAIT_MS_MAX; performance.now() < untilMs; await sleep(100))
    if (/closed at/.test(said)) break;
  assert.match(said, /session_opened/);
  assert.match(said, /closed at [\d.]+: (sl|tp|close signal)/, said.slice(-2_000));
  // A signal may be over before a busy machine claims it; nothing else is to be refused.
  assert.doesNotMatch(said, /account_held|refused(?!: (?:EXPIRED|SUPERSEDED))/);
  // Windows knows no Ctrl+C that one program could send another.
  if (process.platform === 'win32') return;
  example.kill('SIGINT');
  await once(example, 'close');
  assert.match(said, /released/);
});

it('says which key it lacks, and how it is called', () => {
  const { status, stderr } = spawnSync(process.execPath, [EXAMPLE, 'http://127.0.0.1:9', 'nowhere/api-key'], {
    encoding: 'utf8',
  });
  assert.equal(status, 1);
  assert.match(stderr, /^no key in nowhere\/api-key: .*\n {2}node docs\/examples\/executor\.mjs \[url\]/);
});
