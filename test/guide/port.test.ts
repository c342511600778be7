import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { Server, type ServerOptions } from '../kills/server.ts';
import { HttpClient } from './http-client.ts';
import { PythonSignalImporter } from './importer.ts';

/** "Change API Port" and "API Server Not Starting" of the integration guide. */

const folder = mkdtempSync(join(tmpdir(), 'tapewire-port-'));
const http = new HttpClient();
const servers: Server[] = [];
let folders = 0;

after(async () => {
  http.close();
  for (const server of servers) await server.kill();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

function demo(dataDir: string, options: ServerOptions): Server {
  const server = new Server(['--data-dir', dataDir], folder, { command: 'demo', ...options });
  servers.push(server);
  return server;
}

const newDataDir = (): string => {
  folders += 1;
  return join(folder, String(folders));
};

/** Ports nobody listens on, as far as a moment later can be foretold. */
async function freePorts(count: number): Promise<number[]> {
  const held = Array.from({ length: count }, () => createServer().listen(0));
  await Promise.all(held.map((each) => once(each, 'listening')));
  const ports = held.map((each) => (each.address() as AddressInfo).port);
  await Promise.all(held.map((each) => once(each.close(), 'close')));
  return ports;
}

it('Change API Port: a flag before a variable, a variable before the file; the client changes its URL', async () => {
  const [inFile, inVariable, inFlag] = (await freePorts(3)) as [number, number, number];
  writeFileSync(join(folder, 'tapewire.yaml'), `api:\n  port: ${inFile}\n`);
  const env = { TAPEWIRE_PORT: String(inVariable) };
  // All three at once, so that a port taken from the wrong place is already taken by another.
  const cases: [number, Server][] = [
    [inFile, demo(newDataDir(), { port: undefined })],
    [inVariable, demo(newDataDir(), { port: undefined, env })],
    [inFlag, demo(newDataDir(), { port: inFlag, env })],
  ];
  for (const [port, server] of cases) {
    assert.equal(await server.listening(), `http://127.0.0.1:${port}`);
    assert.equal((await http.get(`http://127.0.0.1:${port}/api/health`)).status, 200);
  }
  const client = new PythonSignalImporter(http, `http://localhost:${inFlag}/api/signals/ETHUSDT`);
  for (let bar = 0; client.alerts.length === 0; bar += 100) {
    assert.ok(bar < 1e6, 'no signal on the new port');
    await client.onCalculate(bar);
  }
});

it('API Server Not Starting: a port in use ends the program with 1, and is said on stderr and in the log', async () => {
  const [first] = servers;
  const port = Number(new URL(await first!.listening()).port);
  const dataDir = newDataDir();
  const second = demo(dataDir, { port });
  assert.equal(await second.exitCode, 1);
  const told = `Port ${port} is already in use`;
  assert.ok(second.problems.includes(told), second.problems);
  assert.ok(second.problems.includes(`lsof -i :${port}`), 'the guide’s remedy');
  assert.equal(second.output, '', 'no start-up screen of something that did not start');
  const log = readFileSync(join(dataDir, 'high_frequency_scalping.log'), 'utf8');
  const last = JSON.parse(log.trimEnd().split('\n').at(-1)!) as { level: number; msg: string };
  assert.ok(last.level === 60 && last.msg.startsWith(told), log);
  assert.equal((await http.get(`http://127.0.0.1:${port}/api/health`)).status, 200, 'the first one goes on');
});

it('API Server Not Starting: a second one in the same data directory is told by whom it is used', async () => {
  const [first] = servers;
  const port = Number(new URL(await first!.listening()).port);
  const second = demo(join(folder, '1'), { port: 0 });
  assert.equal(await second.exitCode, 1);
  assert.ok(second.problems.includes(`port ${port}`), second.problems);
});
