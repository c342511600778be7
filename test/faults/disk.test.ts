import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Answer, expectStatus, type Json, newId, Stand } from './stand.ts';

const PUBLICATIONS_MAX = 20_000;
const ROOM_MB = 6;
const LEFT_BYTES = 200_000;

const whyNot = (): string | false => {
  if (process.platform !== 'linux') return 'a small disk of its own can only be mounted on Linux';
  return process.getuid?.() === 0 ? false : 'mounting a small disk needs root';
};

/** What was acknowledged while the disk still took it, and what was waiting to be claimed. */
interface Before {
  readonly session: Json;
  readonly claimed: string;
  readonly grant: Json;
  readonly waiting: string;
}

async function before(stand: Stand): Promise<Before> {
  const session = expectStatus(await stand.open('first'), 201);
  const claimed = expectStatus(await stand.publish('AAAUSDT'), 201).signal.id;
  const waiting = expectStatus(await stand.publish('BBBUSDT'), 201).signal.id;
  const grant = expectStatus(await stand.claim(claimed, session), 200);
  expectStatus(await stand.report(grant, session, 'SUBMITTED', { qty: 1 }), 200);
  return { session, claimed, grant, waiting };
}

function assertUnwritten({ status, type, json }: Answer, what: string): void {
  assert.equal(status, 503, `${what}: ${JSON.stringify(json)}`);
  assert.match(type, /^application\/problem\+json/, what);
  assert.equal(json.code, 'JOURNAL_FAILED', what);
}

/** Nothing is granted, taken or shown any more; what was acknowledged before can be read. */
async function assertStandsStill(stand: Stand, { session, claimed, grant, waiting }: Before): Promise<void> {
  assertUnwritten(await stand.publish('CCCUSDT'), 'publish');
  assertUnwritten(await stand.claim(waiting, session), 'claim');
  assertUnwritten(await stand.report(grant, session, 'FILLED', { qty: 1, cum_qty: 1, avg_price: 100 }), 'report');
  assertUnwritten(await stand.open('second', { takeover: true }), 'session');
  assertUnwritten(await stand.post('/api/v1/accounts/default/halt', {}), 'halt');
  for (const path of ['/api/signals', '/api/signals/latest', '/api/signals/BBBUSDT']) {
    const told = JSON.stringify((await stand.guide(path)).json);
    assert.ok(!told.includes(waiting), `${path} shows what nobody could mark: ${told}`);
  }
  const health = await stand.guide('/api/health');
  assert.equal(health.status, 503);
  assert.equal(health.json.status, 'failed');
  assert.match(health.json.reasons[0].reason, /the journal cannot write/);
  assert.equal((await stand.signal(waiting)).deliveries[0].state, 'OFFERED');
  const [delivery] = (await stand.signal(claimed)).deliveries;
  assert.equal(delivery.state, 'WORKING');
  assert.equal(delivery.client_order_id, grant.client_order_id);
}

/** After a restart on a disk that takes writes again. */
async function assertGoesOn(stand: Stand, { session, claimed, grant, waiting }: Before): Promise<void> {
  assert.equal((await stand.guide('/api/health')).status, 200);
  assert.equal((await stand.signal(claimed)).deliveries[0].state, 'WORKING');
  const filled = await stand.report(grant, session, 'FILLED', { qty: 1, cum_qty: 1, avg_price: 100 });
  assert.equal(expectStatus(filled, 200).delivery.state, 'FILLED');
  expectStatus(await stand.claim(waiting, session), 200);
  expectStatus(await stand.publish('CCCUSDT'), 201);
}

it('grants and shows nothing on a full disk, and goes on after a restart with room', { skip: whyNot() }, async (t) => {
  const stand = new Stand(t);
  if (!mountSmallDisk(stand)) return t.skip('a small disk cannot be mounted here');
  await stand.start();
  const earlier = await before(stand);
  const ballast = join(stand.dataDir, 'ballast');
  fill(ballast);
  // A little is left, so that the disk gets full in the middle of the work.
  truncateSync(ballast, statSync(ballast).size - LEFT_BYTES);
  const acknowledged: string[] = [];
  for (let count = 0; ; count += 1) {
    assert.ok(count < PUBLICATIONS_MAX, 'the disk never got full');
    const id = newId();
    const answer = await stand.publish('DDDUSDT', { id, reasons: ['x'.repeat(500)] });
    if (answer.status === 503) break;
    expectStatus(answer, 201);
    acknowledged.push(id);
  }
  assert.ok(acknowledged.length > 0, 'it was full before anything was asked of it');
  await assertStandsStill(stand, earlier);
  for (const id of acknowledged) assert.equal((await stand.signal(id)).id, id);
  await stand.kill();
  rmSync(ballast);
  await stand.start();
  for (const id of acknowledged) assert.equal((await stand.signal(id)).id, id, 'acknowledged, and gone');
  await assertGoesOn(stand, earlier);
  t.diagnostic(`${acknowledged.length} publications were acknowledged on the full disk`);
});

it('grants and shows nothing on a disk that turned read-only, and goes on when it can be written again', async (t) => {
  const stand = new Stand(t);
  const disk = breakableDisk(stand);
  await stand.start(disk.env);
  const earlier = await before(stand);
  disk.turnReadOnly();
  await assertStandsStill(stand, earlier);
  await stand.kill();
  disk.turnWritable();
  await stand.start();
  await assertGoesOn(stand, earlier);
});

it('shows no signal that it could not mark as shown', async (t) => {
  const stand = new Stand(t);
  const disk = breakableDisk(stand);
  await stand.start(disk.env);
  const first = expectStatus(await stand.publish('AAAUSDT'), 201).signal.id;
  const second = expectStatus(await stand.publish('BBBUSDT'), 201).signal.id;
  assert.match(JSON.stringify((await stand.guide('/api/signals/AAAUSDT')).json), new RegExp(first));
  disk.turnReadOnly();
  for (const path of ['/api/signals', '/api/signals/latest', '/api/signals/BBBUSDT']) {
    assert.ok(!JSON.stringify((await stand.guide(path)).json).includes(second), path);
  }
  await stand.kill();
  disk.turnWritable();
  await stand.start(disk.env);
  const session = expectStatus(await stand.open('executor'), 201);
  expectStatus(await stand.claim(first, session), 409, 'SHOWN');
  expectStatus(await stand.claim(second, session), 200);
});

it('refuses to start on a read-only disk, in words', { skip: whyNot() }, async (t) => {
  const stand = new Stand(t);
  if (!mountSmallDisk(stand)) return t.skip('a small disk cannot be mounted here');
  await stand.start();
  const { claimed } = await before(stand);
  await stand.kill();
  assert.equal(spawnSync('mount', ['-o', 'remount,ro', stand.dataDir]).status, 0);
  const refused = stand.launch();
  assert.equal(await refused.exitCode, 1, refused.output);
  assert.match(refused.problems, /read-only/);
  assert.equal(spawnSync('mount', ['-o', 'remount,rw', stand.dataDir]).status, 0);
  await stand.start();
  assert.equal((await stand.signal(claimed)).deliveries[0].state, 'WORKING');
});

/** @returns false when the system does not allow it */
function mountSmallDisk(stand: Stand): boolean {
  const { dataDir } = stand;
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${ROOM_MB}m`, 'tmpfs', dataDir]);
  if (mounted.status === 0) stand.onEnd(() => void spawnSync('umount', ['-l', dataDir]));
  return mounted.status === 0;
}

/** Takes all the room there is. */
function fill(path: string): void {
  for (let megabytes = ROOM_MB; megabytes > 0.01; megabytes /= 2) {
    for (;;) {
      try {
        writeFileSync(path, Buffer.alloc(Math.floor(megabytes * 1_048_576)), { flag: 'a' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        break;
      }
    }
  }
}

/**
 * Root may write everywhere, so it is SQLite itself that is told to refuse: from the moment the flag is there every
 * transaction of the server begins with `query_only`.
 */
function breakableDisk({ folder }: Stand) {
  const flag = join(folder, 'read-only');
  const preload = pathToFileURL(join(folder, 'preload.mjs'));
  writeFileSync(
    preload,
    `import { existsSync } from 'node:fs';
     import { createRequire } from 'node:module';
     const Database = createRequire(${JSON.stringify(import.meta.url)})('libsql');
     const exec = Database.prototype.exec;
     Database.prototype.exec = function (sql) {
       if (existsSync(${JSON.stringify(flag)})) exec.call(this, 'PRAGMA query_only = ON');
       return exec.call(this, sql);
     };`,
  );
  return {
    env: { NODE_OPTIONS: `--import=${preload.href}` },
    turnReadOnly: () => writeFileSync(flag, ''),
    turnWritable: () => rmSync(flag),
  };
}
