/** Differences below this share of what is compared are rounding dust, not an opinion. */
const DUST = 1e-9;

/**
 * Which way `difference` points: 1, -1, or 0 when it is no more than rounding dust of `scale`.
 * Without the dust a flat market would vote with the last bit of an average, and differently at another price scale.
 */
export function lean(difference: number, scale: number): -1 | 0 | 1 {
  const dust = DUST * Math.abs(scale);
  if (difference > dust) return 1;
  return difference < -dust ? -1 : 0;
}

/**
 * Whether `value` reaches `bound`, rounding dust forgiven: 1.5 times the volume in lots must stay 1.5 times the volume in
 * coins, where the same division may end one bit lower.
 */
export function reaches(value: number, bound: number): boolean {
  return value >= bound - DUST * Math.abs(bound);
}

/** `value` held within `[-limit, limit]`. */
export function clip(value: number, limit: number): number {
  return Math.max(-limit, Math.min(limit, value));
}

/** How far `value` is on the way from `from` (0) to `to` (1), held within [0, 1]. */
export function grade(value: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, (value - from) / (to - from)));
}
