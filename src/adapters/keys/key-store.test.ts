import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { SCOPES } from '../../ports/key-ring.ts';
import { MADE_MS, must, oneAtATime, storeIn } from './key-store.testing.ts';
import { KeyStore } from './key-store.ts';
import { apiKeyPath, digestOf, keysPath, problemOfName } from './stored-key.ts';

it('makes the first key once, with every scope, and writes down its hash and, for this machine, itself', async (t) => {
  const { dataDir, store } = storeIn(t);
  const [first] = must(await store.ensureFirst());
  const bare = readFileSync(apiKeyPath(dataDir), 'utf8');
  assert.match(bare, /^tw_[A-Za-z0-9_-]{43}\n$/);
  const { id, ...rest } = first!;
  assert.match(id, /^k_[0-9a-f]{8}$/);
  const sha256 = digestOf(bare.trim()).toString('hex');
  assert.deepEqual(rest, { name: 'first', scopes: [...SCOPES], sha256, createdAt: '2026-01-02T03:04:05.006Z' });

  const text = readFileSync(keysPath(dataDir), 'utf8');
  assert.ok(!text.includes(bare.trim()));
  assert.deepEqual(JSON.parse(text), [first]);
  assert.deepEqual(must(await store.ensureFirst()), [first]);
  assert.equal(readFileSync(apiKeyPath(dataDir), 'utf8'), bare);
  assert.deepEqual(readdirSync(dataDir).sort(), ['api-key', 'keys.json']);
});

it('lets nobody but its user read the files', { skip: process.platform === 'win32' && 'no such rights' }, async (t) => {
  const { dataDir, store } = storeIn(t);
  // Left behind by a process that was killed, with rights of its own.
  writeFileSync(`${keysPath(dataDir)}.new`, 'half', { mode: 0o666 });
  await store.ensureFirst();
  must(await store.add({ name: 'a', scopes: ['read'] }));
  for (const path of [keysPath(dataDir), apiKeyPath(dataDir)]) {
    assert.equal((statSync(path).mode & 0o777).toString(8), '600', path);
  }
});

it('loses no key of many that are made at the same time', async (t) => {
  const { store } = storeIn(t);
  const names = Array.from({ length: 20 }, (_, index) => `desk ${index}`);
  const made = await Promise.all(names.map((name) => store.add({ name, scopes: ['report', 'read', 'read'] })));
  const secrets = made.map((each) => must(each).secret);
  assert.equal(new Set(secrets).size, 20);
  const kept = must(store.list());
  assert.deepEqual(new Set(kept.map(({ name }) => name)), new Set(['first', ...names]));
  assert.deepEqual(kept[1]!.scopes, ['read', 'report'], 'each scope once, in one order');
});

const KEPT = ['house', 'operator', 'Guide', 'sweeper', 'expiry', 'a guide route', 'unknown', 'expired', 'superseded'];

it('refuses names that are taken, that histories use for others, or not to be told from ids', async (t) => {
  const { store } = storeIn(t);
  must(await store.add({ name: 'desk', scopes: ['read'] }));
  const again = await store.add({ name: 'desk', scopes: ['read'] });
  assert.match(again.ok ? '' : again.problem, /^there is a key named desk already, k_[0-9a-f]{8}$/);
  for (const name of ['', ' a', 'a\n', 'é', 'x'.repeat(41), 'bot', 'Bot', 'k_0123abcd', ...KEPT]) {
    assert.ok(problemOfName(name) !== undefined, name);
    assert.equal((await store.add({ name, scopes: ['read'] })).ok, false, name);
  }
  for (const name of ['k_0123abcde', 'first', 'house-2', 'bot 2', 'my guide']) {
    assert.equal(problemOfName(name), undefined, name);
  }
});

it('revokes by id or name, keeps the record, and gives the name free', async (t) => {
  const { store } = storeIn(t);
  const desk = must(await store.add({ name: 'desk', scopes: ['read'] })).key;
  const revoked = must(await store.revoke('desk'));
  assert.deepEqual(revoked, { ...desk, revokedAt: '2026-01-02T03:04:05.006Z' });
  assert.deepEqual(must(await store.revoke('desk')), revoked, 'twice changes nothing');
  const second = must(await store.add({ name: 'desk', scopes: ['read'] })).key;
  assert.equal(must(await store.revoke('desk')).id, second.id);
  const [first] = must(store.list());
  assert.ok(must(await store.revoke(first!.id)).revokedAt !== undefined);
  assert.deepEqual(
    must(store.list()).map(({ revokedAt }) => revokedAt !== undefined),
    [true, true, true],
  );
  const nobody = await store.revoke('nobody');
  assert.equal(nobody.ok ? '' : nobody.problem, 'there is no key with the id or name "nobody"');
});

it('touches nothing where the file is damaged, and says what to do', async (t) => {
  const good = {
    id: 'k_01234567',
    name: 'a',
    scopes: ['read'],
    sha256: 'a'.repeat(64),
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  const damaged: readonly [text: string, why: RegExp][] = [
    ['', /it is not JSON/],
    ['[{"id":', /it is not JSON/],
    ['{}', /the list: /],
    [JSON.stringify([{ ...good, sha256: 'A' }]), /0\.sha256: /],
    [JSON.stringify([{ ...good, scopes: ['root'] }]), /0\.scopes\.0: /],
    [JSON.stringify([{ ...good, scopes: [] }]), /0\.scopes: /],
    [JSON.stringify([{ ...good, revoked: 'yes' }]), /revoked/],
    [JSON.stringify([{ ...good, revokedAt: 'yesterday' }]), /0\.revokedAt: /],
    [JSON.stringify([good, good]), /two keys have the same id/],
  ];
  for (const [text, why] of damaged) {
    const { dataDir, store } = storeIn(t);
    writeFileSync(keysPath(dataDir), text);
    const results = [
      await store.ensureFirst(),
      await store.add({ name: 'b', scopes: ['read'] }),
      await store.revoke('a'),
      store.list(),
    ];
    for (const result of results) {
      assert.ok(!result.ok);
      assert.match(result.problem, why);
      assert.match(result.problem, /keys\.json is damaged: .*It was left as it is\. Repair it, or move it away/);
    }
    assert.equal(readFileSync(keysPath(dataDir), 'utf8'), text);
    assert.ok(!existsSync(apiKeyPath(dataDir)));
  }
});

it('says in words that the file cannot be written', async (t) => {
  const dataDir = join(storeIn(t).dataDir, 'missing');
  const result = await new KeyStore({ dataDir, exclusively: oneAtATime(), nowMs: () => MADE_MS }).ensureFirst();
  assert.match(result.ok ? '' : result.problem, /api-key cannot be written: there is no such file or folder$/);
});
