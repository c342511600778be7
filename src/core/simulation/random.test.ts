import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EXPONENTIAL_QUANTILES, GAUSSIAN_QUANTILES, QUANTILE_COUNT } from './quantiles.ts';
import { Random } from './random.ts';

it('is xoshiro128**: the first words from the state 1, 2, 3, 4', () => {
  // Worked by hand from the published algorithm: 2 * 5 rotated by 7 times 9 is 11520; then s1 becomes 0.
  const random = new Random(1, 2, 3, 4);
  assert.deepEqual([random.word(), random.word(), random.word(), random.word()], [11_520, 0, 5_927_040, 70_819_200]);
});

it('gives every seed and every name a stream of its own, seeds beyond 32 bits too', () => {
  const first = (seed: number, name: string): string => {
    const random = Random.of(seed, name);
    return [random.word(), random.word()].join();
  };
  const streams = [0, 1, 2, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER].flatMap((seed) =>
    ['BTCUSDT price', 'BTCUSDT flow', 'ETHUSDT price', ''].map((name) => first(seed, name)),
  );
  assert.equal(new Set(streams).size, streams.length);
  assert.equal(first(7, 'x'), first(7, 'x'));
});

it('spreads its words evenly', () => {
  const random = Random.of(1, 'even');
  const counts = new Array<number>(64).fill(0);
  const draws = 64 * 4_000;
  for (let i = 0; i < draws; i += 1) counts[Math.floor(random.uniform() * 64)]! += 1;
  // Chi-square with 63 degrees of freedom: mean 63, standard deviation 11.2; six of them away would be a fault.
  const chi = counts.reduce((sum, count) => sum + (count - 4_000) ** 2 / 4_000, 0);
  assert.ok(chi > 20 && chi < 130, `chi-square ${chi}`);
});

it('knows the quantiles of the normal and of the exponential distribution', () => {
  const at = (table: Float32Array, p: number): number => table[Math.round(p * QUANTILE_COUNT - 0.5)]!;
  // Published values; the nearest entry is at most half an entry away.
  for (const [p, z] of [
    [0.5, 0],
    [0.841344746, 1],
    [0.975, 1.959963985],
    [0.999, 3.090232306],
    [0.02275013195, -2],
  ] as const) {
    assert.ok(Math.abs(at(GAUSSIAN_QUANTILES, p) - z) < 0.003, `normal ${p}: ${at(GAUSSIAN_QUANTILES, p)}`);
  }
  for (const p of [0.1, 0.5, 0.9, 0.999]) {
    assert.ok(Math.abs(at(EXPONENTIAL_QUANTILES, p) + Math.log(1 - p)) < 0.01, `exponential ${p}`);
  }
  // The very last entry, where the density is smallest: the quantile of 1 - 1/131072.
  assert.ok(Math.abs(GAUSSIAN_QUANTILES.at(-1)! - 4.3268) < 0.002, String(GAUSSIAN_QUANTILES.at(-1)));
  const mean = (table: Float32Array, power: number): number =>
    table.reduce((sum, value) => sum + value ** power, 0) / QUANTILE_COUNT;
  assert.equal(mean(GAUSSIAN_QUANTILES, 1), 0);
  assert.ok(Math.abs(mean(GAUSSIAN_QUANTILES, 2) - 1) < 1e-3);
  assert.ok(Math.abs(mean(GAUSSIAN_QUANTILES, 4) - 3) < 0.02);
  assert.ok(Math.abs(mean(EXPONENTIAL_QUANTILES, 1) - 1) < 1e-3);
});
