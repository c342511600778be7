import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { FileKeyRing } from './file-key-ring.ts';
import { must, storeIn } from './key-store.testing.ts';
import { apiKeyPath, keysPath } from './stored-key.ts';

it('knows a key by the whole of it, and nothing else', async (t) => {
  const { dataDir, store } = storeIn(t);
  const { key, secret } = must(await store.add({ name: 'desk', scopes: ['read', 'execute'] }));
  const ring = new FileKeyRing({ dataDir, onProblem: assert.fail });
  assert.deepEqual(ring.identify(secret), { keyId: key.id, name: 'desk', scopes: ['read', 'execute'] });
  assert.equal(ring.identify(readFileSync(apiKeyPath(dataDir), 'utf8').trim())?.name, 'first');
  const flipped = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`;
  const strangers = [
    '',
    'tw_',
    secret.slice(0, -1),
    `${secret}A`,
    `${secret}\n`,
    flipped,
    key.sha256,
    key.id,
    '\0',
    'é',
  ];
  for (const stranger of strangers) assert.equal(ring.identify(stranger), undefined, JSON.stringify(stranger));
});

it('sees a new key and a revoked one with the very next request', async (t) => {
  const { dataDir, store } = storeIn(t);
  await store.ensureFirst();
  const ring = new FileKeyRing({ dataDir, onProblem: assert.fail });
  for (let round = 0; round < 25; round += 1) {
    const { key, secret } = must(await store.add({ name: `desk ${round}`, scopes: ['read'] }));
    assert.equal(ring.identify(secret)?.keyId, key.id);
    must(await store.revoke(key.id));
    assert.equal(ring.identify(secret), undefined);
  }
});

it('says of who came in whether the key still counts, for all that it did', async (t) => {
  const { dataDir, store } = storeIn(t);
  const { key, secret } = must(await store.add({ name: 'desk', scopes: ['read', 'execute'] }));
  const problems: string[] = [];
  const ring = new FileKeyRing({ dataDir, onProblem: (problem) => problems.push(problem) });
  const principal = ring.identify(secret)!;
  const path = keysPath(dataDir);
  const text = readFileSync(path, 'utf8');
  assert.equal(ring.holds(principal), true);
  writeFileSync(path, text.replaceAll('"execute"', '"admin"'));
  assert.equal(ring.holds(principal), false, 'somebody took a scope away');
  rmSync(path);
  assert.equal(ring.holds(principal), false, 'no key counts while they cannot be read');
  assert.equal(problems.length, 1);
  writeFileSync(path, text);
  assert.equal(ring.holds(principal), true);
  must(await store.revoke(key.id));
  must(await store.add({ name: 'desk', scopes: ['read', 'execute'] }));
  assert.equal(ring.holds(principal), false, 'another key of the name is another key');
});

it('lets nobody in while the file is damaged or gone, says so once, and opens again by itself', async (t) => {
  const { dataDir, store } = storeIn(t);
  const { secret } = must(await store.add({ name: 'desk', scopes: ['read'] }));
  const problems: string[] = [];
  const ring = new FileKeyRing({ dataDir, onProblem: (problem) => problems.push(problem) });
  const asked = (times: number) =>
    Array.from({ length: times }, () => ring.identify(secret)?.name ?? 'nobody').join(' ');
  const path = keysPath(dataDir);
  const text = readFileSync(path, 'utf8');
  assert.equal(asked(1), 'desk');

  writeFileSync(path, text.slice(0, -20));
  assert.equal(asked(3), 'nobody nobody nobody');
  writeFileSync(path, text);
  assert.equal(asked(1), 'desk');
  rmSync(path);
  assert.equal(asked(3), 'nobody nobody nobody');
  writeFileSync(`${path}.back`, text);
  renameSync(`${path}.back`, path);
  assert.equal(asked(1), 'desk');
  assert.equal(problems.length, 2);
  assert.match(problems[0]!, /keys\.json is damaged: it is not JSON\. No key is accepted until that is put right$/);
  assert.match(problems[1]!, /keys\.json is gone\. No key is accepted/);
});
