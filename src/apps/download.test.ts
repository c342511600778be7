import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { DumpServer } from '../adapters/dumps/dump-server.testing.ts';
import { folder } from './config/config.testing.ts';

const CLI = fileURLToPath(new URL('./cli.js', import.meta.url));
const DAILY = '/data/futures/um/daily/klines/ETHUSDT/1m';
const MONTHLY = '/data/futures/um/monthly/klines/ETHUSDT/1m';
const MINUTE = Buffer.from('1704067200000,1,2,1,2,3,1704067259999,1,1,1,1,0\n');

/** Not `spawnSync`: the server lives in this process. */
async function download(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [CLI, 'download', '--symbols', 'ethusdt', '--kinds', '1m', ...args], { cwd });
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()));
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

it('fetches days, says which are not published, and does not fetch twice', async (t) => {
  const cwd = folder(t);
  const server = await DumpServer.open(t);
  for (const day of ['01', '02']) server.publish(`${DAILY}/ETHUSDT-1m-2024-01-${day}.zip`, gzipSync(MINUTE));
  const args = ['--from', '2024-01-01', '--to', '2024-01-03', '--from-url', `${server.url}/`, '--out', 'dumps'];
  const first = await download(cwd, ...args);
  assert.match(first.out, /^2 of 3 files fetched to dumps, 0\.0 MB; 0 were there\n$/);
  assert.match(first.err, /^tapewire: ETHUSDT-1m-2024-01-03\.zip is not published: .*\n$/);
  assert.equal(first.code, 1);
  const names = ['ETHUSDT-1m-2024-01-01.zip', 'ETHUSDT-1m-2024-01-02.zip'];
  assert.deepEqual(
    readdirSync(join(cwd, 'dumps')).sort(),
    names.flatMap((name) => [name, `${name}.CHECKSUM`]),
  );
  assert.match((await download(cwd, ...args)).out, /^0 of 3 files fetched to dumps, 0\.0 MB; 2 were there\n$/);
});

it('takes the days of a month that is not published yet', async (t) => {
  const cwd = folder(t);
  const server = await DumpServer.open(t);
  for (let day = 1; day <= 29; day += 1) {
    server.publish(`${DAILY}/ETHUSDT-1m-2024-02-${String(day).padStart(2, '0')}.zip`, gzipSync(MINUTE));
  }
  server.publish(`${MONTHLY}/ETHUSDT-1m-2024-01.zip`, gzipSync(MINUTE));
  const { code, out, err } = await download(
    cwd,
    '--from',
    '2024-01-01',
    '--to',
    '2024-02-29',
    '--from-url',
    server.url,
  );
  assert.deepEqual([code, err], [0, '']);
  assert.match(out, /^30 of 30 files fetched to tapes,/);
});

it('says what it does not understand', async (t) => {
  const { code, err } = await download(folder(t), '--from', 'yesterday');
  assert.deepEqual([code, err], [2, 'tapewire: "yesterday" is not a day such as 2024-07-18\n']);
});

it('refuses a symbol that is a path, and a folder that cannot be, before it asks for anything', async (t) => {
  const path = await download(folder(t), '--symbols', '../../etc', '--from', '2024-01-01');
  assert.deepEqual(
    [path.code, path.err],
    [2, 'tapewire: "../../ETC" is no instrument such as BTCUSDT: letters, digits and _\n'],
  );
  if (process.platform !== 'linux') return;
  // Where Node's own way of making folders never ends.
  const nowhere = await download(folder(t), '--from', '2024-01-01', '--out', '/proc/x/y');
  assert.equal(nowhere.code, 1);
  assert.match(nowhere.err, /^tapewire: \/proc\/x\/y cannot be made: /);
});
