/**
 * Entries of a table: entry i is the quantile of (i + 1/2) / 65536, so that 16 random bits are an index. Single
 * precision, because two tables of it fit into a core's second cache.
 */
export const QUANTILE_COUNT = 65_536;

/**
 * Quantiles of the standard normal distribution, made with + - * / only.
 *
 * With x(p) the quantile and f(p) the density at it, dx/dp = 1/f and df/dp = -x. Runge-Kutta of fourth order from the
 * median outwards; the lower half is the mirror image, so the mean is exactly 0.
 */
export const GAUSSIAN_QUANTILES: Float32Array = gaussianQuantiles();

/** Quantiles of the exponential distribution with mean 1: -ln(1 - p), summed from logarithms of near-by ratios. */
export const EXPONENTIAL_QUANTILES: Float32Array = exponentialQuantiles();

function gaussianQuantiles(): Float32Array {
  const table = new Float32Array(QUANTILE_COUNT);
  const half = QUANTILE_COUNT / 2;
  let x = 0;
  let density = 1 / 2.5066282746310002; // 1 / sqrt(2 pi)
  for (let i = half; i < QUANTILE_COUNT; i += 1) {
    // The first entry is half a step from the median. Near the end the density falls quickly: smaller steps there.
    const span = (i === half ? 0.5 : 1) / QUANTILE_COUNT;
    const parts = QUANTILE_COUNT - i > 512 ? 1 : QUANTILE_COUNT - i > 16 ? 4 : 32;
    const h = span / parts;
    for (let part = 0; part < parts; part += 1) {
      const x1 = 1 / density;
      const d1 = -x;
      const x2 = 1 / (density + (h / 2) * d1);
      const d2 = -(x + (h / 2) * x1);
      const x3 = 1 / (density + (h / 2) * d2);
      const d3 = -(x + (h / 2) * x2);
      const x4 = 1 / (density + h * d3);
      const d4 = -(x + h * x3);
      x += (h / 6) * (x1 + 2 * x2 + 2 * x3 + x4);
      density += (h / 6) * (d1 + 2 * d2 + 2 * d3 + d4);
    }
    table[i] = x;
    table[QUANTILE_COUNT - 1 - i] = -x;
  }
  return table;
}

function exponentialQuantiles(): Float32Array {
  const table = new Float32Array(QUANTILE_COUNT);
  let sum = 0;
  for (let i = 0; i < QUANTILE_COUNT; i += 1) {
    const left = i === 0 ? QUANTILE_COUNT : QUANTILE_COUNT - i + 0.5;
    const right = QUANTILE_COUNT - i - 0.5;
    sum += logRatio(left, right);
    table[i] = sum;
  }
  return table;
}

/** ln(a / b) for a / b in [1, 3], by the series of the inverse hyperbolic tangent. */
function logRatio(a: number, b: number): number {
  const z = (a - b) / (a + b);
  const square = z * z;
  let power = z;
  let sum = 0;
  for (let k = 1; k <= 61 && power > 1e-18; k += 2) {
    sum += power / k;
    power *= square;
  }
  return 2 * sum;
}
