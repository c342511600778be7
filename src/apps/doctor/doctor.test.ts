import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { journalPath } from '../../adapters/sqlite/data-dir.ts';
import { acquireDataDirLock } from '../../adapters/sqlite/data-dir-lock.ts';
import { openSqliteJournal } from '../../adapters/sqlite/journal.ts';
import { folder, load } from '../config/config.testing.ts';
import { examine } from '../doctor.ts';
import { type Check, renderChecks } from './check.ts';
import { checkDisk, checkSpace, checkSync, unwritable } from './disk.ts';
import { checkClock, checkNode } from './host.ts';
import { checkKeys } from './keys.ts';
import { checkPort } from './port.ts';

const named = (checks: readonly Check[], name: string): Check | undefined =>
  checks.find((check) => check.name === name);

async function serve(t: TestContext, health: string): Promise<number> {
  const server: Server = createServer((_, response) => response.end(health));
  t.after(() => server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('finds a fresh machine well, and leaves nothing behind', async (t) => {
  const cwd = folder(t);
  const checks = await examine(await load(cwd, { port: '0', host: '127.0.0.1' }));
  const failed = checks.filter(({ state }) => state === 'fail');
  assert.deepEqual(failed, []);
  const names = [
    'node',
    'configuration',
    'port',
    'data directory',
    'disk space',
    'disk sync',
    'journal',
    'keys',
    'telegram',
    'webhooks',
    'clock',
  ];
  assert.deepEqual(
    checks.map(({ name }) => name),
    names,
  );
  assert.match(named(checks, 'data directory')?.found ?? '', /will be made at the first start/);
  assert.deepEqual(readdirSync(cwd), []);
});

it('tells our own server from a stranger on the port', async (t) => {
  const ours = await serve(t, '{"service":"ATAS Platform Integration","status":"healthy"}');
  const held = await checkPort('127.0.0.1', ours);
  assert.equal(held.state, 'ok');
  assert.match(held.found, /running Tapewire, which says it is healthy/);
  for (const answer of ['{"service":"other"}', 'not json', 'null']) {
    const stranger = await checkPort('127.0.0.1', await serve(t, answer));
    assert.equal(stranger.state, 'fail', answer);
    assert.match(stranger.remedy ?? '', /--port/);
  }
});

it('reads a journal beside its server, and fails on a damaged one', async (t) => {
  const cwd = folder(t);
  const dataDir = join(cwd, 'tapewire-data');
  const lock = acquireDataDirLock(dataDir, { pid: process.pid, startedAtMs: 1000, port: 4711 });
  assert.ok(lock.ok);
  t.after(() => lock.value.release());
  const opened = openSqliteJournal({
    path: journalPath(dataDir, 'sim'),
    nowMs: Date.now() + 3_600_000,
    keepSignals: 1000,
    keepDays: 30,
  });
  assert.ok(opened.ok);
  const checks = await examine(await load(cwd, { port: '0', host: '127.0.0.1' }));
  await opened.value.close();
  assert.match(named(checks, 'lock')?.found ?? '', new RegExp(`process ${process.pid}, port 4711`));
  assert.match(named(checks, 'journal')?.found ?? '', /^journal-sim\.db is whole: 0 signals kept/);
  // The journal was opened an hour from now: the clock must have gone back.
  assert.equal(named(checks, 'clock')?.state, 'fail');

  const other = folder(t);
  assert.ok((await load(other)).ok);
  const broken = join(other, 'tapewire-data');
  const again = acquireDataDirLock(broken, { pid: 1, startedAtMs: 0, port: undefined });
  assert.ok(again.ok);
  again.value.release();
  writeFileSync(journalPath(broken, 'sim'), 'my notes\n'.repeat(500));
  const found = named(await examine(await load(other, { port: '0' })), 'journal');
  assert.deepEqual([found?.state, found?.remedy !== undefined], ['fail', true]);
});

it('fails on a data directory that cannot be one, and on a bad configuration', async (t) => {
  const cwd = folder(t, { occupied: '' });
  const checks = await examine(await load(cwd, { port: '0', dataDir: 'occupied' }));
  assert.equal(named(checks, 'data directory')?.state, 'fail');
  const bad = await examine(await load(cwd, { port: 'x', seed: 'y' }));
  assert.equal(bad.filter(({ name, state }) => name === 'configuration' && state === 'fail').length, 2);
  assert.match(renderChecks(bad), /-> put this right first(.|\n)*2 of 4 checks failed/);
  assert.ok(!existsSync(join(cwd, 'tapewire-data')));
});

it('has the right remedy for each reason why nothing can be written, and always tells the space', (t) => {
  const remedies = {
    ENOSPC: /make room/,
    EROFS: /mount .* for writing/,
    EACCES: /right to write/,
    EIO: /check the disk/,
  };
  for (const [code, remedy] of Object.entries(remedies)) {
    const { found, remedy: told } = unwritable('d', 'f', Object.assign(new Error(`${code}: x`), { code }));
    assert.match(told ?? '', remedy, code);
    assert.ok(!found.includes(code), found);
  }
  const cwd = folder(t);
  const dataDir = join(cwd, 'locked');
  mkdirSync(dataDir);
  chmodSync(dataDir, 0o555);
  // The rights of a folder do not bind root, and Windows has none of this kind.
  const isRoot = process.getuid?.() === 0;
  chmodSync(cwd, 0o755);
  if (isRoot) process.seteuid?.(65534);
  try {
    if (process.platform === 'win32') return;
    const names = checkDisk(dataDir).map(({ name, state }) => `${name} ${state}`);
    assert.deepEqual([names[0], names[1]?.split(' ').slice(0, 2)], ['data directory fail', ['disk', 'space']]);
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
});

it('judges each measurement', async () => {
  const states = [checkNode('v20.19.0'), checkNode('v22.0.1'), checkNode('v20.18.9'), checkNode('v18.20.0')];
  assert.deepEqual(
    states.map(({ state }) => state),
    ['ok', 'ok', 'fail', 'fail'],
  );
  assert.deepEqual(
    [50, 500, 5000].map((mb) => checkSpace(mb).state),
    ['fail', 'warn', 'ok'],
  );
  assert.deepEqual(
    [0.001, 2, 80].map((ms) => checkSync(ms).state),
    ['warn', 'ok', 'warn'],
  );
  const wall = (first: number, second: number) => {
    const readings = [first, second];
    return { wallMs: () => readings.shift() ?? second, monotonicMs: () => 0 };
  };
  const now = Date.UTC(2026, 5, 1);
  const clocks = [wall(now, now), wall(now, now + 400), wall(now, now - 3000), wall(0, 0)];
  const judged = await Promise.all(clocks.map((clock) => checkClock(clock, undefined)));
  assert.deepEqual(
    judged.map(({ state }) => state),
    ['ok', 'warn', 'warn', 'fail'],
  );
});

it('counts the keys, and finds a file of keys that is damaged or open to others', async (t) => {
  const dataDir = folder(t);
  assert.match(checkKeys(dataDir).found, /^none yet/);
  const file = join(dataDir, 'keys.json');
  const key = { name: 'a', scopes: ['read'], sha256: 'a'.repeat(64), createdAt: '2026-01-01T00:00:00.000Z' };
  const keys = [
    { ...key, id: 'k_00000001' },
    { ...key, id: 'k_00000002', revokedAt: '2026-01-02T00:00:00.000Z' },
  ];
  writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  assert.deepEqual(checkKeys(dataDir), { name: 'keys', state: 'ok', found: '1 in use, 1 revoked', remedy: undefined });
  if (process.platform !== 'win32') {
    chmodSync(file, 0o640);
    assert.deepEqual([checkKeys(dataDir).state, checkKeys(dataDir).remedy], ['warn', `chmod 600 ${file}`]);
  }
  writeFileSync(file, '[');
  assert.equal(checkKeys(dataDir).state, 'fail');
});
