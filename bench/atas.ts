// What the strategy adds to OnCalculate, which ATAS calls for every tick on the chart's own thread.
//   node dist/bench/atas.js [--rounds 5]           in the simulated platform, on the newest bar of a started strategy
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, spread } from './measure.testing.ts';

const TARGET_US = 10;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' } } });
const built = fileURLToPath(new URL('../atas/bin/', import.meta.url));
const host = join(built, 'Platform.Host', 'release', 'Platform.Host.dll');
const strategy = join(built, 'Bridge.Strategy', 'release', 'Tapewire.Bridge.dll');

interface Measured {
  readonly calls: number;
  readonly allocatedBytes: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
}

/** One life of the platform; what the strategy writes down goes to a folder that is thrown away. */
function measure(): Measured {
  const home = mkdtempSync(join(tmpdir(), 'tapewire-bench-'));
  try {
    const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config'), APPDATA: join(home, 'config') };
    const ran = spawnSync('dotnet', ['exec', host, 'calculate', strategy], { env, encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`the platform ended with ${ran.status}:\n${ran.stderr}`);
    return JSON.parse(ran.stdout) as Measured;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

if (existsSync(host) && existsSync(strategy)) {
  const rounds = Array.from({ length: Number(values.rounds) }, measure);
  const allocated = Math.max(...rounds.map(({ allocatedBytes }) => allocatedBytes));
  const p99 = rounds.map(({ p99Us }) => p99Us);
  console.log(machine());
  console.log(`OnCalculate, ${rounds[0]!.calls} calls a round: ${allocated} bytes allocated at most, target 0`);
  const p50 = rounds.map(({ p50Us }) => p50Us);
  console.log(`  p50 in µs: ${spread(p50, 3)}; p99: ${spread(p99, 3)}, target below ${TARGET_US}`);
  console.log(
    `  longest call, whatever else the machine did: ${Math.max(...rounds.map(({ maxUs }) => maxUs)).toFixed(0)} µs`,
  );
  if (allocated > 0 || Math.min(...p99) >= TARGET_US) process.exitCode = 1;
} else {
  console.log('OnCalculate is not measured: build the C# side first, `npm run build`, which needs the .NET 10 SDK');
}
