// Loaded into the server with `--import`: what a process knows of itself and nobody else can ask it for.
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** `begin` begins the measurement, `now` asks how it stands. Both are answered. */
export type Probe = 'begin' | 'now';

export interface Probed {
  /** Beyond the interval that is measured with. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly cpuSeconds: number;
  readonly residentMib: number;
}

const EVERY_MS = 2;
const delay = monitorEventLoopDelay({ resolution: EVERY_MS });
delay.enable();
let cpu = process.cpuUsage();

process.on('message', (probe: Probe) => {
  if (probe === 'begin') {
    delay.reset();
    cpu = process.cpuUsage();
  }
  const beyond = (ns: number) => Math.max(0, ns / 1e6 - EVERY_MS);
  const { user, system } = process.cpuUsage(cpu);
  const probed: Probed = {
    loopDelayMs: { p50: beyond(delay.percentile(50)), p99: beyond(delay.percentile(99)), max: beyond(delay.max) },
    cpuSeconds: (user + system) / 1e6,
    residentMib: process.memoryUsage.rss() / 1_048_576,
  };
  process.send?.(probed);
});
// The server ends when it is told to, whether or not somebody might still ask.
process.channel?.unref();
