import { availableParallelism, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';

/** What a piece of work took, in seconds. On a machine that others use, CPU time is the fairer of the two. */
export interface Took {
  readonly wall: number;
  readonly cpu: number;
}

/** @returns a function that tells what has passed since, for the whole process, its helper threads included */
export function startWatch(): () => Took {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const wall = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    return { wall, cpu: (user + system) / 1e6 };
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** @param share 0.5 for the median, 1 for the highest */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** Best, median and worst of several rounds, where less is better. */
export function spread(values: readonly number[], digits: number): string {
  const [best, worst] = [Math.min(...values), Math.max(...values)];
  return `best ${best.toFixed(digits)}, median ${median(values).toFixed(digits)}, worst ${worst.toFixed(digits)}`;
}

/** How busy the machine was in the last minute: what was measured beside others is slower than it need be. */
export function machine(): string {
  return `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]!.toFixed(1)}`;
}
