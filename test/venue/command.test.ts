import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PlainClient } from './client.testing.ts';

const MAIN = fileURLToPath(new URL('main.js', import.meta.url));

it('runs by itself on the clock of the machine, and says what it does wrong', async () => {
  const faults = 'garbage:variant=list@100ms+100ms';
  const child = spawn(process.execPath, [MAIN, '--port', '0', '--instruments', '3', '--faults', faults]);
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const url = /^venue: (http:\S+), 4 contracts of sim$/.exec((await lines.next()).value ?? '')?.[1];
    assert.ok(url !== undefined);
    const client = await PlainClient.open(`${url.replace('http', 'ws')}/market/ws/btcusdt@aggTrade`);
    await client.until(() => client.received.some(({ text }) => text === '[1,2,3]'));
    await client.until(() => client.received.filter(({ data }) => data?.e === 'aggTrade').length >= 3);
    client.socket.terminate();
    const told = JSON.parse((await lines.next()).value ?? '') as { kind: string; where: string };
    assert.deepEqual([told.kind, told.where], ['garbage', 'connection 1']);
  } finally {
    child.kill();
  }
});

/** Runs the command to its end. One that does not come to it is killed, and has no code. */
async function run(...args: readonly string[]): Promise<{ code: number | null; out: string; said: string[] }> {
  const child = spawn(process.execPath, [MAIN, ...args], { timeout: 20_000 });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += String(chunk);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, said: said.split('\n').slice(0, -1) };
}

it('prints its options', async () => {
  const { code, out, said } = await run('--help');
  assert.deepEqual([code, said], [0, []]);
  for (const option of ['port', 'from', 'speed', 'instruments', 'rate', 'seed', 'scenario', 'streams', 'lifetime']) {
    assert.match(out, new RegExp(`^  --${option} `, 'm'));
  }
});

it('tells everything that is wrong with its options, a line each', async () => {
  const { code, said } = await run('--speed', '-3', '--rate=-5', '--faults=gasp', '--colour', 'red');
  assert.equal(code, 2);
  assert.equal(said.length, 5, said.join('\n'));
});

it('refuses what only the start can find out: a missing capture, a fault without a contract', async () => {
  for (const [args, problem] of [
    [['--from=nosuch'], /^venue: the capture nosuch cannot be read: there is no such file or folder$/],
    [
      ['--port=0', '--instruments=1', '--faults=list@1h;list@2h'],
      /^venue: fault list needs .*, and there is none left$/,
    ],
  ] as const) {
    const { code, out, said } = await run(...args);
    assert.deepEqual([code, out, said.length], [2, '', 1]);
    assert.match(said[0]!, problem);
  }
});

it('ends when its port is in use', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  try {
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, said } = await run('--instruments', '1', '--port', String(port));
    assert.deepEqual(
      [code, said],
      [1, [`venue: --port ${port} of 127.0.0.1 is in use: give another one, or 0 for any`]],
    );
  } finally {
    other.close();
  }
});
