import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

it('says what is wrong with its options', async () => {
  for (const [option, problem] of [
    ['--faults=gasp', /"gasp" is no fault/],
    ['--speed=max', /needs a pace/],
    ['--instruments=541', /540 contracts at most/],
  ] as const) {
    const child = spawn(process.execPath, [MAIN, '--port', '0', option]);
    const said: string[] = [];
    child.stderr.on('data', (chunk: Buffer) => said.push(String(chunk)));
    const [code] = await once(child, 'close');
    assert.equal(code, 1);
    assert.match(said.join(''), problem);
  }
});
