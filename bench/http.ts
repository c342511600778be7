// How fast GET /api/signals/latest is beside a bare node:http server that sends the same bytes, in one run.
//   node dist/bench/http.js [--rounds 21] [--seconds 1] [--connections 20]
import { fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import autocannon from 'autocannon';
import { FakeHouse } from '../src/adapters/http/fake-house.testing.ts';
import { startApi } from '../src/adapters/http/server.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '21' },
    seconds: { type: 'string', default: '1' },
    connections: { type: 'string', default: '20' },
    serve: { type: 'boolean', default: false },
  },
});

await (values.serve ? serve() : measure());

/** Both servers in one process of their own, so that the load generator takes no time from either. */
async function serve(): Promise<void> {
  const house = new FakeHouse({ now: Date.now });
  house.issue({ expiresAtMs: Number.MAX_SAFE_INTEGER / 1_000 });
  const unlimited = { perSecond: 1e9, burst: 1e9 };
  const api = await startApi({
    house,
    keys: { identify: () => undefined, holds: () => false },
    host: '127.0.0.1',
    port: 0,
    version: 'bench',
    rates: { local: unlimited, remote: unlimited },
    onError: (error) => console.error(error),
  });
  if (!api.ok) throw new Error(api.problem);
  const tapewire = `${api.value.urls[0]}/api/signals/latest`;
  const text = await (await fetch(tapewire)).text();
  const bytes = Buffer.byteLength(text);
  const bare = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': bytes });
    response.end(text);
  });
  bare.listen(0, '127.0.0.1', () => {
    process.send?.({ tapewire, bare: `http://127.0.0.1:${(bare.address() as AddressInfo).port}/` });
  });
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.once('disconnect', () => process.exit());
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve']);
  const urls = await new Promise<Record<'tapewire' | 'bare', string>>((resolve) =>
    child.once('message', (message) => resolve(message as Record<'tapewire' | 'bare', string>)),
  );
  const perSecond = { bare: [] as number[], tapewire: [] as number[] };
  const cpuUs = { bare: [] as number[], tapewire: [] as number[] };
  const serverCpuUs = () => {
    const answer = new Promise<number>((resolve) => child.once('message', (message) => resolve(message as number)));
    child.send('cpu?');
    return answer;
  };
  const p99Ms = { bare: [] as number[], tapewire: [] as number[] };
  const load = (url: string, duration: number) =>
    autocannon({ url, duration, connections: Number(values.connections) });
  for (const url of [urls.bare, urls.tapewire]) await load(url, 2);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    // Every other round starts with the other one, so that a drift of the machine favours neither.
    const order = round % 2 === 0 ? (['bare', 'tapewire'] as const) : (['tapewire', 'bare'] as const);
    for (const which of order) {
      const cpuBeforeUs = await serverCpuUs();
      const { requests, latency, non2xx, errors } = await load(urls[which], Number(values.seconds));
      if (non2xx + errors > 0) throw new Error(`${which}: ${non2xx} answers were not 2xx, ${errors} failed`);
      perSecond[which].push(requests.average);
      cpuUs[which].push(((await serverCpuUs()) - cpuBeforeUs) / requests.total);
      p99Ms[which].push(latency.p99);
    }
  }
  child.disconnect();
  for (const which of ['bare', 'tapewire'] as const) {
    const [rate, cpu] = [median(perSecond[which]).toFixed(0), median(cpuUs[which]).toFixed(1)];
    console.log(`${which.padEnd(9)} ${rate} requests/s, ${cpu} us of CPU each, p99 ${median(p99Ms[which])} ms`);
  }
  console.log(`ratio     ${(median(perSecond.tapewire) / median(perSecond.bare)).toFixed(3)} (target >= 0.9)`);
  console.log(
    `by CPU    ${(median(cpuUs.bare) / median(cpuUs.tapewire)).toFixed(3)} (what a shared machine cannot blur)`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
