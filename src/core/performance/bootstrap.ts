import { Random } from '../simulation/random.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1_000;

/**
 * 95 % interval of the mean of a series whose neighbours may depend on one another: stationary bootstrap, blocks of geometric
 * length with mean n^(1/3), wrapped around. The same series gives the same interval.
 * Source: D. N. Politis and J. P. Romano, "The Stationary Bootstrap", JASA 89 (1994).
 *
 * @returns `undefined` for fewer than two values
 */
export function meanInterval(values: readonly number[], seed = 1): Interval | undefined {
  const n = values.length;
  if (n < 2) return undefined;
  const chance = Random.of(seed, `bootstrap ${n}`);
  const restart = 1 / Math.max(1, cubeRootOf(n));
  const means: number[] = [];
  for (let round = 0; round < RESAMPLES; round += 1) {
    let sum = 0;
    let at = 0;
    for (let drawn = 0; drawn < n; drawn += 1) {
      at = drawn === 0 || chance.uniform() < restart ? Math.floor(chance.uniform() * n) : (at + 1) % n;
      sum += values[at]!;
    }
    means.push(sum / n);
  }
  means.sort((a, b) => a - b);
  return { low: means[Math.floor(0.025 * RESAMPLES)]!, high: means[Math.ceil(0.975 * RESAMPLES) - 1]! };
}

/** The largest whole number whose cube is not larger: the length of a block needs no more digits. */
function cubeRootOf(n: number): number {
  let root = 1;
  while ((root + 1) ** 3 <= n) root += 1;
  return root;
}
