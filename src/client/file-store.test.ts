import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { FileStore, StoreDamaged } from './file-store.ts';
import type { LedgerRecord } from './ledger.ts';

const record = (signalId: string): LedgerRecord => ({ kind: 'refused', signalId, code: 'EXPIRED' });

function pathIn(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return join(folder, 'deeper', 'executor.jsonl');
}

async function opened(t: TestContext, path: string): Promise<{ store: FileStore; records: readonly LedgerRecord[] }> {
  const store = new FileStore(path);
  t.after(() => store.close());
  return { records: await store.load(), store };
}

it('has everything again that it was given, in order, and what was compacted in its place', async (t) => {
  const path = pathIn(t);
  const { store, records } = await opened(t, path);
  assert.deepEqual(records, []);
  const many = Array.from({ length: 200 }, (_, index) => record(`é${index}`));
  await Promise.all(many.map((each) => store.append(each)));
  await store.close();

  const second = await opened(t, path);
  assert.deepEqual(second.records, many);
  await second.store.compact(many.slice(0, 3));
  await second.store.append(record('last'));
  await second.store.close();
  assert.deepEqual((await opened(t, path)).records, [...many.slice(0, 3), record('last')]);
});

it('forgets a torn last line, wherever it is torn, and writes on behind the whole ones', async (t) => {
  const path = pathIn(t);
  const { store } = await opened(t, path);
  await store.append(record('a'));
  await store.append(record('b'));
  await store.close();
  const whole = readFileSync(path);
  const firstEnds = whole.indexOf('\n') + 1;
  for (let cut = firstEnds; cut < whole.length; cut += 1) {
    writeFileSync(path, whole.subarray(0, cut));
    const torn = await opened(t, path);
    assert.deepEqual(torn.records, [record('a')]);
    await torn.store.append(record('c'));
    await torn.store.close();
    const after = await opened(t, path);
    assert.deepEqual(after.records, [record('a'), record('c')]);
    await after.store.close();
  }
  // A power cut may leave a longer file, with nothing in it yet.
  writeFileSync(path, Buffer.concat([whole, Buffer.alloc(512)]));
  assert.equal((await opened(t, path)).records.length, 2);
});

it('refuses a file that is damaged in the middle', async (t) => {
  const path = pathIn(t);
  const { store } = await opened(t, path);
  await store.append(record('a'));
  await store.close();
  appendFileSync(path, 'half a li\n');
  await assert.rejects(opened(t, path), StoreDamaged);
});

it('rejects what it cannot write', async (t) => {
  const { store } = await opened(t, pathIn(t));
  await store.close();
  await assert.rejects(store.append(record('a')), /is not open/);
});
