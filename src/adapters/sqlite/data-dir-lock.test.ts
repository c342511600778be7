import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { acquireDataDirLock, type DataDirLock, readLockHolder } from './data-dir-lock.ts';

const SELF = { pid: 4711, startedAtMs: Date.UTC(2026, 0, 1), port: undefined };

let folder: string;
let dataDir: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tapewire-lock-'));
  dataDir = join(folder, 'deep', 'tapewire-data');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function take(): DataDirLock {
  const lock = acquireDataDirLock(dataDir, SELF);
  assert.ok(lock.ok, lock.ok ? '' : lock.problem);
  return lock.value;
}

function refusal(): string {
  const lock = acquireDataDirLock(dataDir, SELF);
  assert.ok(!lock.ok, 'the second lock had to be refused');
  return lock.problem;
}

it('makes the directory, for this user alone', () => {
  take().release();
  if (process.platform !== 'win32') assert.equal(statSync(dataDir).mode & 0o777, 0o700);
});

it('is held by one, who is named to the others, and free after release', () => {
  const lock = take();
  assert.match(refusal(), /process 4711, since 2026-01-01T00:00:00\.000Z.*--data-dir/);
  lock.describe({ ...SELF, port: 8888 });
  assert.match(refusal(), /process 4711, port 8888/);
  assert.deepEqual(readLockHolder(dataDir), { ok: true, value: { held: true, holder: { ...SELF, port: 8888 } } });
  lock.release();
  assert.deepEqual(readLockHolder(dataDir), { ok: true, value: { held: false, holder: undefined } });
  const next = take();
  lock.release();
  assert.deepEqual(readLockHolder(dataDir), { ok: true, value: { held: true, holder: SELF } }, 'released once only');
  next.release();
});

it('is not blocked by what a killed holder left behind', () => {
  take().release();
  writeFileSync(join(dataDir, 'server.json'), JSON.stringify({ ...SELF, pid: process.pid }));
  assert.deepEqual(readLockHolder(dataDir), { ok: true, value: { held: false, holder: undefined } });
  take().release();
});

it('does without the name when it cannot be read', () => {
  const lock = take();
  for (const text of ['', '{"pid":', '[]', 'null', '{"pid":"1","startedAtMs":2}', '{"pid":1,"startedAtMs":9e15}']) {
    writeFileSync(join(dataDir, 'server.json'), text);
    assert.match(refusal(), /in use by another Tapewire\. Stop it first/, text);
  }
  lock.release();
});

it('asks who holds it without making anything', () => {
  assert.deepEqual(readLockHolder(dataDir), { ok: true, value: { held: false, holder: undefined } });
  assert.equal(existsSync(dataDir), false);
  take().release();
  const before = readdirSync(dataDir);
  readLockHolder(dataDir);
  assert.deepEqual(readdirSync(dataDir), before);
});

it('comes to an end where the system says of a new folder that it is missing', {
  skip: process.platform !== 'linux',
}, () => {
  dataDir = '/proc/tapewire';
  assert.match(refusal(), /\/proc\/tapewire cannot be made: there is no such file or folder/);
});

it('says what to do when the directory cannot be made or used', () => {
  writeFileSync(join(folder, 'deep'), '');
  assert.match(refusal(), /data directory .* cannot be made.*--data-dir/);
  rmSync(join(folder, 'deep'));
  dataDir = join(folder, 'notes');
  writeFileSync(dataDir, '');
  assert.match(refusal(), /there is a file of that name/);
  rmSync(dataDir);
  take().release();
  writeFileSync(join(dataDir, 'lock.db'), 'not a lock\n'.repeat(100));
  assert.match(refusal(), /cannot be used/);
});
