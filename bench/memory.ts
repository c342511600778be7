// The resident memory of the real program over an hour of market: one minute at --speed 60.
//   node dist/bench/memory.js [--minutes 60] [--speed 60]        Linux: what it reads is in /proc
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machine, median } from './measure.testing.ts';
import { FreshServer } from './server.testing.ts';

const TARGET_MIB = 150;
const SAMPLE_MS = 250;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, speed: { type: 'string', default: '60' } },
});

interface Sample {
  readonly marketMs: number;
  readonly residentMib: number;
}

function residentMib(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) / 1024;
}

interface Health {
  /** Market time. */
  readonly timestamp: string;
  readonly feed: { readonly state: string };
}

async function sample(url: string, pid: number): Promise<Sample & { readonly flowing: boolean }> {
  const health = (await (await fetch(`${url}/api/health`)).json()) as Health;
  return {
    marketMs: Date.parse(health.timestamp),
    residentMib: residentMib(pid),
    flowing: health.feed.state === 'flowing',
  };
}

/** The median of a quarter: a single sample only shows how long ago the last collection was. */
function quarter(samples: readonly Sample[], index: number): number {
  const [from, to] = [index, index + 1].map((n) => Math.floor((n * samples.length) / 4));
  return median(samples.slice(from, to).map((each) => each.residentMib));
}

console.log(machine());
const server = new FreshServer(['--seed', '1', '--speed', values.speed]);
try {
  const url = await server.url();
  const pid = server.child.pid!;
  let first = await sample(url, pid);
  while (!first.flowing) {
    await sleep(SAMPLE_MS);
    first = await sample(url, pid);
  }
  const samples: Sample[] = [first];
  while (samples.at(-1)!.marketMs - first.marketMs < Number(values.minutes) * 60_000) {
    await sleep(SAMPLE_MS);
    samples.push(await sample(url, pid));
  }
  const stats = (await (await fetch(`${url}/api/stats`)).json()) as { statistics: { total_signals_exported: number } };
  const highest = Math.max(...samples.map((each) => each.residentMib));
  const lived = ((samples.at(-1)!.marketMs - first.marketMs) / 60_000).toFixed(1);
  const quarters = [0, 1, 2, 3].map((index) => quarter(samples, index).toFixed(0)).join(', ');
  console.log(`market minutes    ${lived} at speed ${values.speed}, ${samples.length} samples`);
  console.log(`signals           ${stats.statistics.total_signals_exported}`);
  console.log(
    `resident MiB      highest ${highest.toFixed(0)} (target < ${TARGET_MIB}), medians of quarters ${quarters}`,
  );
} finally {
  await server.end();
}
