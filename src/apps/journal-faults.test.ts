import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { folder } from './config/config.testing.ts';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(TAPEWIRE|TELEGRAM)_/.test(name)),
);
const CONFIG = 'api: { host: 127.0.0.1, port: 0 }\n';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const logOf = (cwd: string): string => readFileSync(join(cwd, 'tapewire-data', 'high_frequency_scalping.log'), 'utf8');

async function start(t: TestContext, cwd: string, ...args: string[]): Promise<{ child: ChildProcess; origin: string }> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd,
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout!, 'data');
  child.stdout!.resume();
  const { port } = JSON.parse(readFileSync(join(cwd, 'tapewire-data', 'server.json'), 'utf8')) as { port: number };
  return { child, origin: `http://127.0.0.1:${port}` };
}

it('issues nothing more when its journal was deleted, and says so', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': CONFIG });
  const { child, origin } = await start(t, cwd, 'demo', '--log-level', 'error');
  assert.equal((await fetch(`${origin}/api/health`)).status, 200);
  const dataDir = join(cwd, 'tapewire-data');
  for (const name of readdirSync(dataDir)) if (name.startsWith('journal-demo.db')) rmSync(join(dataDir, name));
  let health = await fetch(`${origin}/api/health`);
  while (health.status === 200) {
    await pause(50);
    health = await fetch(`${origin}/api/health`);
  }
  assert.equal(health.status, 503);
  assert.match(await health.text(), /journal-demo\.db is gone/);
  // The file hears of it a moment later: its lines go to the disk together.
  for (let looks = 0; looks < 100 && logOf(cwd) === ''; looks += 1) await pause(20);
  assert.match(logOf(cwd), /"level":50.*journal-demo\.db is gone/);
  child.kill('SIGINT');
  await once(child, 'exit');
  assert.ok(!existsSync(join(dataDir, 'journal-demo.db')), 'nothing pretends to be what is gone');
});

it('refuses a journal with a changed bit in one sentence, and the doctor fails on it', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': CONFIG });
  const { child, origin } = await start(t, cwd, 'demo', '--log-level', 'error');
  while (!(await (await fetch(`${origin}/api/signals`)).text()).includes('"signal_id"')) await pause(20);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const path = join(cwd, 'tapewire-data', 'journal-demo.db');
  // The effects of a killed process lie in the write-ahead log, which a clean close puts in place.
  const { openSqliteJournal } = await import('../adapters/sqlite/journal.ts');
  const opened = openSqliteJournal({ path, nowMs: Date.now(), keepSignals: 1000, keepDays: 30 });
  assert.ok(opened.ok);
  await opened.value.close();
  const bytes = readFileSync(path);
  const at = bytes.indexOf('"symbol"');
  assert.ok(at > 0);
  bytes[at + 1]! ^= 0x80;
  writeFileSync(path, bytes);
  const run = spawnSync(process.execPath, [CLI, 'demo'], { cwd, env: environment, encoding: 'utf8' });
  assert.equal(run.status, 1, run.stderr);
  assert.match(run.stderr, /journal-demo\.db is damaged.*restore it from a backup/);
  assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
  assert.match(logOf(cwd), /journal-demo\.db is damaged/);
  const doctor = spawnSync(process.execPath, [CLI, 'doctor'], { cwd, env: environment, encoding: 'utf8' });
  assert.equal(doctor.status, 1);
  assert.match(doctor.stdout, /^fail {2}journal .*is damaged/m);
});

it('says why it cannot start, on stderr and in the log, even when silence was asked for', async (t) => {
  const cwd = folder(t, { 'tapewire.yaml': CONFIG });
  const squatter = createServer();
  t.after(() => squatter.close());
  squatter.listen(0, '127.0.0.1');
  await once(squatter, 'listening');
  const { port } = squatter.address() as AddressInfo;
  const args = [CLI, 'demo', '--port', String(port), '--log-level', 'silent'];
  const run = spawnSync(process.execPath, args, { cwd, env: environment, encoding: 'utf8' });
  assert.equal(run.status, 1);
  assert.match(run.stderr, new RegExp(`${port}`));
  assert.equal(run.stderr.trim().split('\n').length, 1, 'told once');
  assert.match(logOf(cwd), new RegExp(`"level":60.*${port}`));
});
