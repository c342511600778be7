import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FileKeyRing } from '../adapters/keys/file-key-ring.ts';
import { apiKeyPath, keysPath } from '../adapters/keys/stored-key.ts';
import { folder } from './config/config.testing.ts';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));
const BARE = /^tw_[A-Za-z0-9_-]{43}\n$/;

const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TAPEWIRE|TELEGRAM)_/.test(name)));

function keys(cwd: string, ...args: string[]): { code: number | null; out: string; err: string } {
  const run = spawnSync(process.execPath, [CLI, 'keys', ...args], { cwd, encoding: 'utf8', env });
  return { code: run.status, out: run.stdout, err: run.stderr };
}

it('prints a key once and alone, lists all but the keys, and revokes', (t) => {
  const cwd = folder(t, { 'tapewire.yaml': 'dataDir: mine\n' });
  const dataDir = join(cwd, 'mine');
  const none = `no keys in ${dataDir} yet: the first start makes one\n`;
  assert.deepEqual(keys(cwd, 'list'), { code: 0, out: none, err: '' });
  assert.ok(!existsSync(dataDir), 'looking makes nothing');

  const made = keys(cwd, 'add', '--name', 'desk 1', '--scopes', 'report, execute,read');
  assert.match(made.out, BARE);
  assert.match(
    made.err,
    /^tapewire: \S+mine was not there and is new: only a server on it .*\ntapewire: k_[0-9a-f]{8} "desk 1", scopes read execute report\. Send it as .*not shown again\.\n$/,
  );
  const ring = new FileKeyRing({ dataDir, onProblem: assert.fail });
  assert.equal(ring.identify(made.out.trim())?.name, 'desk 1');
  assert.equal(ring.identify(readFileSync(apiKeyPath(dataDir), 'utf8').trim())?.name, 'first');
  const reader = keys(cwd, 'add', '--name', 'reader');
  assert.deepEqual(ring.identify(reader.out.trim())?.scopes, ['read']);
  assert.doesNotMatch(reader.err, /is new/);

  const listed = keys(cwd, 'list').out;
  assert.match(
    listed,
    /^k_\S+ {2}first +read publish execute report admin guide +made \S+Z\nk_\S+ {2}desk 1 +read execute report +made/,
  );
  const json = keys(cwd, 'list', '--json').out;
  assert.deepEqual(
    JSON.parse(json).keys.map(({ name }: { name: string }) => name),
    ['first', 'desk 1', 'reader'],
  );
  assert.doesNotMatch(listed + json, /tw_|sha256/);

  const revoked = keys(cwd, 'revoke', 'desk 1');
  assert.deepEqual([revoked.code, revoked.err], [0, '']);
  assert.match(revoked.out, /^k_\S+ "desk 1" is revoked since \S+Z: /);
  assert.equal(ring.identify(made.out.trim()), undefined);
  assert.match(keys(cwd, 'list').out, /desk 1 .* revoked \S+Z\n/);
});

it('gives a guide client the base URL it has to have', (t) => {
  const cwd = folder(t, { 'tapewire.yaml': 'api: { host: 192.168.1.5, port: 9999 }\n' });
  const { out } = keys(cwd, 'add', '--name', 'pc', '--guide');
  const [, secret] = /^http:\/\/192\.168\.1\.5:9999\/t\/(tw_[A-Za-z0-9_-]{43})\n$/.exec(out) ?? [];
  const ring = new FileKeyRing({ dataDir: join(cwd, 'tapewire-data'), onProblem: assert.fail });
  assert.deepEqual(ring.identify(secret ?? '')?.scopes, ['guide']);
});

it('says what it cannot understand, and changes nothing then', (t) => {
  const cwd = folder(t);
  const dataDir = join(cwd, 'data');
  const misused = [
    ['add'],
    ['add', '--name', 'x', '--scopes', 'root'],
    ['add', '--name', 'x', '--scopes', ''],
    ['add', '--name', 'x', '--scopes', 'read', '--guide'],
    ['revoke'],
    ['remove'],
  ];
  for (const args of misused) {
    const { code, err, out } = keys(cwd, ...args, '--data-dir', dataDir);
    assert.deepEqual([code, out], [2, ''], args.join(' '));
    assert.match(err, /^tapewire: ./);
  }
  assert.ok(!existsSync(dataDir));
  for (const args of [
    ['add', '--name', 'bot'],
    ['revoke', 'nobody'],
  ]) {
    assert.equal(keys(cwd, ...args, '--data-dir', dataDir).code, 1, args.join(' '));
  }
});

it('leaves a damaged file as it is, and no server starts on it', (t) => {
  const cwd = folder(t);
  keys(cwd, 'add', '--name', 'x');
  const path = keysPath(join(cwd, 'tapewire-data'));
  const half = readFileSync(path, 'utf8').slice(0, 50);
  writeFileSync(path, half);
  const start = spawnSync(process.execPath, [CLI, 'demo', '--port', '0'], { cwd, encoding: 'utf8', env });
  assert.equal(start.status, 1);
  assert.match(start.stdout + start.stderr, /keys\.json is damaged: it is not JSON\. It was left as it is\./);
  for (const args of [['list'], ['add', '--name', 'y'], ['revoke', 'x']]) {
    const { code, err } = keys(cwd, ...args);
    assert.equal(code, 1);
    assert.match(err, /keys\.json is damaged: .* Repair it, or move it away/);
  }
  assert.equal(readFileSync(path, 'utf8'), half);
});

it('loses no key of several commands at once, with none there before', async (t) => {
  const cwd = folder(t);
  const runs = Array.from({ length: 6 }, (_, index) => {
    const child = spawn(process.execPath, [CLI, 'keys', 'add', '--name', `desk ${index}`], { cwd, env });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += String(chunk);
    });
    return once(child, 'close').then(([code]) => ({ code, out }));
  });
  const made = await Promise.all(runs);
  const dataDir = join(cwd, 'tapewire-data');
  const ring = new FileKeyRing({ dataDir, onProblem: assert.fail });
  assert.deepEqual(
    made.map(({ code, out }) => [code, ring.identify(out.trim())?.name]),
    made.map((_, index) => [0, `desk ${index}`]),
  );
  assert.equal(ring.identify(readFileSync(apiKeyPath(dataDir), 'utf8').trim())?.name, 'first');
  assert.deepEqual(readdirSync(dataDir).sort(), ['api-key', 'keys-lock.db', 'keys.json']);
});
