import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folder } from './config/config.testing.ts';
import { outliveReaders } from './output-faults.ts';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(TAPEWIRE|TELEGRAM)_/.test(name)),
);

it('tells a fault of stdout once, and takes a reader that went away for none', () => {
  const told: string[] = [];
  const [stdout, stderr] = [
    new EventEmitter(),
    Object.assign(new EventEmitter(), { write: (text: string) => told.push(text) }),
  ];
  let lost = 0;
  outliveReaders({ stdout, stderr }, () => {
    lost += 1;
  });
  for (const code of ['EPIPE', 'EIO', 'ENOSPC', 'ENOSPC'])
    stdout.emit('error', Object.assign(new Error(code), { code }));
  stderr.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }));
  assert.deepEqual([told, lost], [['tapewire: stdout cannot be written: the disk is full\n'], 1]);
});

it('ends with 1 when stdout does not take the result', { skip: !existsSync('/dev/full') }, (t) => {
  const full = openSync('/dev/full', 'w');
  t.after(() => closeSync(full));
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', full, 'pipe'];
  const run = spawnSync(process.execPath, [CLI, 'config', 'show'], { cwd: folder(t), env: environment, stdio });
  assert.deepEqual([run.status, String(run.stderr)], [1, 'tapewire: stdout cannot be written: the disk is full\n']);
});

it('goes on serving, and writing its log, when nobody reads along any more', async (t) => {
  const cwd = folder(t, {
    'tapewire.yaml': 'api: { host: 127.0.0.1, port: 0 }\nlog: { level: debug }\nmarket: { speed: 60 }\n',
  });
  const child = spawn(process.execPath, [CLI, 'start'], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stderr.destroy();
  const log = (): string => readFileSync(join(cwd, 'tapewire-data', 'high_frequency_scalping.log'), 'utf8');
  const lines = (): number => log().split('\n').length;
  const before = lines();
  while (child.exitCode === null && child.signalCode === null && lines() < before + 5) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual([child.exitCode, child.signalCode], [null, null], log().slice(-500));
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  assert.equal(code, 0);
  assert.match(log(), /"msg":"stopped"/);
});
