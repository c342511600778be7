// How long it takes from a signal's publication to its reader and to the answer of a claim, beside a bare fdatasync loop
// and a bare node:http server with one fdatasync per POST, on the same disk, by turns; then so many signals a second with
// 32 streams, every one of them claimed and reported.
//   node dist/bench/delivery.js [--rounds 20] [--each 50] [--rate 1000] [--seconds 60] [--streams 32] [--log-level info]
//     [--dir <a folder on the disk in question>] [--profile <a folder for a .cpuprofile of the server>]
import { fork } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type LoadResult, runLoad } from './delivery-load.testing.ts';
import { Executor, nextSignal, value } from './delivery-parties.testing.ts';
import { HttpClient } from './http-line.testing.ts';
import { machine, median, percentile } from './measure.testing.ts';
import { FreshServer } from './server.testing.ts';

const TARGET_RATIO = 2;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    each: { type: 'string', default: '50' },
    rate: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '60' },
    streams: { type: 'string', default: '32' },
    dir: { type: 'string', default: tmpdir() },
    'log-level': { type: 'string', default: 'info' },
    profile: { type: 'string' },
  },
});
const { profile } = values;
const [rounds, each] = [Number(values.rounds), Number(values.each)];
const folder = mkdtempSync(join(values.dir, 'tapewire-bench-'));

type Series = 'fdatasync' | 'barePost' | 'publishToClient' | 'publish' | 'claim' | 'publishToClaimed' | 'report';

/** By turns, one request at a time, so that a busy neighbour slows all of them. */
async function measureLatency(url: string, key: string, bare: number): Promise<Record<Series, number[][]>> {
  const file = openSync(join(folder, 'fdatasync'), 'w');
  const plain = new HttpClient({ port: bare });
  const producer = new HttpClient({ port: Number(new URL(url).port), key });
  let onHeard: (signalId: string) => void = () => undefined;
  const executor = await Executor.start(url, key, (signalId) => onHeard(signalId));
  const all: Record<Series, number[][]> = {
    ...{ fdatasync: [], barePost: [], publishToClient: [], publish: [], claim: [], publishToClaimed: [], report: [] },
  };
  const timesOf = (series: Series): number[] => all[series].at(-1)!;

  const sync = (): void => {
    const bytes = Buffer.from(JSON.stringify(nextSignal()));
    const beganMs = performance.now();
    writeSync(file, bytes);
    fdatasyncSync(file);
    timesOf('fdatasync').push(performance.now() - beganMs);
  };
  const post = async (): Promise<void> => {
    const beganMs = performance.now();
    await plain.post('/', nextSignal());
    timesOf('barePost').push(performance.now() - beganMs);
  };
  const deliver = async (): Promise<void> => {
    const signal = nextSignal();
    const beganMs = performance.now();
    const heard = new Promise<number>((resolve) => {
      onHeard = (id) => void (id === signal.id && resolve(performance.now() - beganMs));
    });
    const published = producer.post('/api/v1/signals', signal).then((answered) => {
      timesOf('publish').push(performance.now() - beganMs);
      return value(answered);
    });
    timesOf('publishToClient').push(await heard);
    const claimedMs = performance.now();
    const answered = await executor.claim(signal.id);
    timesOf('claim').push(performance.now() - claimedMs);
    timesOf('publishToClaimed').push(performance.now() - beganMs);
    await published;
    const reportedMs = performance.now();
    value(await executor.report(value(answered), 'REJECTED'));
    timesOf('report').push(performance.now() - reportedMs);
  };

  const contenders: readonly (() => unknown)[] = [sync, post, deliver];
  const begin = () => {
    for (const series of Object.values(all)) series.push([]);
  };
  // Until everything is compiled, and not counted.
  begin();
  for (let index = 0; index < 300; index += 1) for (const contender of contenders) await contender();
  for (const series of Object.values(all)) series.pop();
  for (let round = 0; round < rounds; round += 1) {
    begin();
    // Another one begins every round, so that a drift of the machine favours none.
    for (const offset of [0, 1, 2]) {
      for (let index = 0; index < each; index += 1) await contenders[(round + offset) % 3]!();
    }
  }
  executor.close();
  producer.close();
  plain.close();
  closeSync(file);
  return all;
}

const p = (values_: readonly (readonly number[])[], share: number) => percentile(values_.flat(), share);
const row = (name: string, ...cells: readonly string[]) =>
  console.log(`${name.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join('')}`);

function reportLatency(title: string, all: Record<Series, number[][]>): Record<string, number> {
  const names: Record<Series, string> = {
    fdatasync: 'bare write + fdatasync',
    barePost: 'bare node:http POST, one fdatasync',
    publish: 'publish: POST to its answer',
    publishToClient: 'publish: POST to the SSE client',
    claim: 'claim: POST to its answer',
    report: 'report: POST to its answer',
    publishToClaimed: 'publish to claim answered',
  };
  row(title, 'p50 ms', 'p99 ms', 'of bare POST', 'of rounds');
  const result: Record<string, number> = {};
  for (const series of Object.keys(names) as Series[]) {
    const [p50, p99] = [p(all[series], 0.5), p(all[series], 0.99)];
    const ratio = p50 / p(all.barePost, 0.5);
    // Of the rounds' own ratios the median: what a busy neighbour does to single rounds falls out of it.
    const ofRounds = median(
      all[series].map((times, round) => percentile(times, 0.5) / percentile(all.barePost[round]!, 0.5)),
    );
    row(names[series], p50.toFixed(3), p99.toFixed(2), ratio.toFixed(2), ofRounds.toFixed(2));
    result[`${series}_p50_ms`] = round3(p50);
    result[`${series}_p99_ms`] = round3(p99);
    result[`${series}_ratio`] = round3(ofRounds);
  }
  return result;
}

function reportLoad(load: LoadResult): void {
  row('under load', 'p50 ms', 'p99 ms', 'max ms');
  for (const [name, { p50, p99, max }] of Object.entries(load.latencyMs)) {
    row(name, p50.toFixed(2), p99.toFixed(1), max.toFixed(0));
  }
  const { loopDelayMs, quartersMib } = load;
  console.log(
    `signals           ${load.published} published in ${load.seconds.toFixed(1)} s, ${load.perSecond.toFixed(0)}/s`,
  );
  console.log(`                  ${load.settled} settled, refused or failed: ${JSON.stringify(load.refused)}`);
  console.log(
    `streams           ${load.streams}, ${load.eventsRead} events, ${(load.bytesRead / 1e6).toFixed(0)} MB read`,
  );
  console.log(`                  ${load.missing} missing, ${load.resets} resets, ${load.broken} broken`);
  console.log(`event loop delay  p50 ${loopDelayMs.p50.toFixed(1)} ms, p99 ${loopDelayMs.p99.toFixed(1)} ms`);
  console.log(`server            ${(load.serverCpuShare * 100).toFixed(0)} % of a processor`);
  console.log(`resident MiB      medians of quarters ${quartersMib.map((mib) => mib.toFixed(0)).join(', ')}`);
}

const round3 = (number: number) => Math.round(number * 1_000) / 1_000;

console.log(machine());
const probe = new URL('probe.testing.js', import.meta.url).href;
const server = new FreshServer(['--log-level', values['log-level']], {
  // No market of its own: any price is taken, and nothing else is decided beside what is measured.
  command: 'demo',
  within: values.dir,
  nodeArgs: ['--import', probe, ...(profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', profile])],
});
const bare = fork(fileURLToPath(new URL('bare-server.testing.js', import.meta.url)), [join(folder, 'bare')]);
try {
  const barePort = await new Promise<number>((resolve) => bare.once('message', (port) => resolve(Number(port))));
  const url = await server.url();
  const key = readFileSync(join(server.dataDir, 'api-key'), 'utf8').trim();
  const fresh = reportLatency('one at a time, just started', await measureLatency(url, key, barePort));
  const options = { rate: Number(values.rate), seconds: Number(values.seconds), streams: Number(values.streams) };
  const load = options.seconds > 0 ? await runLoad(server, url, key, options) : undefined;
  if (load !== undefined) reportLoad(load);
  // Again, when everything that is used often has been compiled as well as it will be.
  const warm = load && reportLatency('one at a time, after the load', await measureLatency(url, key, barePort));
  console.log(`targets: publish to the SSE client, and a claim, at most ${TARGET_RATIO} times the bare POST at p50`);
  console.log(JSON.stringify({ fresh, load, warm }));
} finally {
  if (bare.connected) bare.disconnect();
  await server.end(profile === undefined ? 'SIGKILL' : 'SIGINT');
  rmSync(folder, { recursive: true, force: true });
}
