import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import { type DumpFault, DumpServer } from './dump-server.testing.ts';
import { DumpFetcher } from './fetch-dump.ts';

const NAME = 'BTCUSDT-aggTrades-2024-07-18.zip';
const PATH = `/data/futures/um/daily/aggTrades/BTCUSDT/${NAME}`;
const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * n) % 251));

async function stage(t: TestContext, stop = new AbortController()) {
  const folder = mkdtempSync(join(tmpdir(), 'tapewire-dumps-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const server = await DumpServer.open(t);
  server.publish(PATH, CONTENT);
  const options = { baseUrl: server.url, folder, stop: stop.signal, onProgress: () => undefined };
  const fetcher = new DumpFetcher({ ...options, tries: 4, pauseMs: 1, silentMs: 250 });
  return { folder, server, fetch: () => fetcher.fetch(NAME, PATH), target: join(folder, NAME), stop };
}

it('fetches a file with its checksum beside it, and does not fetch it again', async (t) => {
  const { folder, server, fetch, target } = await stage(t);
  assert.deepEqual(await fetch(), { kind: 'fetched', bytes: CONTENT.length, resumed: false });
  assert.deepEqual(readFileSync(target), CONTENT);
  assert.deepEqual(readdirSync(folder).sort(), [NAME, `${NAME}.CHECKSUM`]);
  assert.deepEqual(await fetch(), { kind: 'present', bytes: CONTENT.length });
  assert.equal(server.requests.filter(({ path }) => path === PATH).length, 1);
});

it('fetches anew what lies there with another checksum', async (t) => {
  const { fetch, target } = await stage(t);
  writeFileSync(target, 'half of something');
  assert.equal((await fetch()).kind, 'fetched');
  assert.deepEqual(readFileSync(target), CONTENT);
});

/** Faults after which everything is well, by what they are of. */
const OUTLIVED: Readonly<Record<string, readonly DumpFault[]>> = {
  'three cuts in a row': [
    { kind: 'cut', after: 90_000 },
    { kind: 'cut', after: 90_000 },
    { kind: 'cut', after: 90_000 },
  ],
  'a connection that falls silent': [{ kind: 'silent', after: 100_000 }],
  'a busy server': [
    { kind: 'status', status: 429, retryAfterSeconds: 0 },
    { kind: 'status', status: 503 },
  ],
  'a server that knows no ranges': [{ kind: 'cut', after: 90_000 }, { kind: 'no ranges' }],
  'a wrong content, once': [{ kind: 'wrong content' }],
};

for (const [what, faults] of Object.entries(OUTLIVED)) {
  it(`outlives ${what}`, async (t) => {
    const { folder, server, fetch, target } = await stage(t);
    server.fault(PATH, ...faults);
    assert.equal((await fetch()).kind, 'fetched');
    assert.deepEqual(readFileSync(target), CONTENT);
    const failed = faults.filter(({ kind }) => kind !== 'no ranges').length;
    assert.equal(server.requests.filter(({ path }) => path === PATH).length, failed + 1);
    assert.deepEqual(readdirSync(folder).sort(), [NAME, `${NAME}.CHECKSUM`]);
  });
}

it('goes on where it was, also in another run', async (t) => {
  const { server, fetch, target } = await stage(t);
  writeFileSync(`${target}.part`, CONTENT.subarray(0, 123_456));
  assert.deepEqual(await fetch(), { kind: 'fetched', bytes: CONTENT.length, resumed: true });
  assert.deepEqual(readFileSync(target), CONTENT);
  assert.equal(server.requests.at(-1)!.range, 'bytes=123456-');
});

it('begins anew when what was there is of another file, shorter, longer or whole', async (t) => {
  for (const size of [1_000, CONTENT.length, CONTENT.length + 1]) {
    const { fetch, target } = await stage(t);
    writeFileSync(`${target}.part`, Buffer.alloc(size, 7));
    assert.deepEqual(await fetch(), { kind: 'fetched', bytes: CONTENT.length, resumed: false });
    assert.deepEqual(readFileSync(target), CONTENT);
  }
});

it('says what is not published, and leaves nothing behind', async (t) => {
  const { folder, fetch, server } = await stage(t);
  server.fault(`${PATH}.CHECKSUM`, { kind: 'status', status: 404 });
  assert.deepEqual(await fetch(), { kind: 'missing' });
  assert.deepEqual(readdirSync(folder), []);
});

it('gives up what keeps failing, in words, and never under the final name', async (t) => {
  const { fetch, server, target } = await stage(t);
  server.fault(PATH, ...Array.from({ length: 4 }, () => ({ kind: 'status', status: 503 }) as const));
  assert.deepEqual(await fetch(), { kind: 'failed', problem: 'the server answers 503', isFinal: false });
  server.fault(PATH, { kind: 'wrong content' }, { kind: 'wrong content' });
  const wrong = { kind: 'failed', problem: 'what came twice has not the published checksum', isFinal: false };
  assert.deepEqual(await fetch(), wrong);
  server.fault(PATH, { kind: 'status', status: 403 });
  assert.deepEqual(await fetch(), { kind: 'failed', problem: 'the server answers 403', isFinal: false });
  assert.equal(existsSync(target), false);
});

it('says that nobody listens', async (t) => {
  const { folder, stop } = await stage(t);
  const options = { folder, stop: stop.signal, onProgress: () => undefined, tries: 2, pauseMs: 1, silentMs: 1_000 };
  const unheard = await DumpServer.open(t);
  const baseUrl = unheard.url;
  await unheard.close();
  const outcome = await new DumpFetcher({ ...options, baseUrl }).fetch(NAME, PATH);
  assert.deepEqual(outcome, { kind: 'failed', problem: 'nobody listens there', isFinal: false });
});

it('keeps the part when it is stopped', async (t) => {
  const stop = new AbortController();
  const { server, target, folder } = await stage(t, stop);
  server.fault(PATH, { kind: 'silent', after: 100_000 });
  const onProgress = (_: string, bytes: number): void => {
    if (bytes >= 100_000) stop.abort();
  };
  const options = { baseUrl: server.url, folder, stop: stop.signal, tries: 2, pauseMs: 1, silentMs: 60_000 };
  const outcome = await new DumpFetcher({ ...options, onProgress }).fetch(NAME, PATH);
  assert.deepEqual(outcome, { kind: 'stopped' });
  assert.deepEqual(readFileSync(`${target}.part`), CONTENT.subarray(0, 100_000));
});

it('says that the disk is full', {
  skip: !existsSync('/dev/full') && 'there is no /dev/full here: run it on Linux',
}, async (t) => {
  const { fetch, target } = await stage(t);
  symlinkSync('/dev/full', `${target}.part`);
  assert.deepEqual(await fetch(), { kind: 'failed', problem: 'cannot be written: the disk is full', isFinal: true });
});
