import type { Path } from './problem.ts';
import { formatPath } from './problem.ts';

/** Sections whose keys the user invents: they are one value, not a set of keys with values of their own. */
const WHOLE = new Set(['market.instruments']);

export type Section = Readonly<Record<string, unknown>>;

export function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * `over` laid over `base`, key by key; lists and user-named sections are replaced as a whole.
 * A section left empty (`market:` with every line commented out) says nothing.
 */
export function layOver(base: unknown, over: unknown, path: Path = []): unknown {
  if (!isSection(base) || WHOLE.has(formatPath(path))) return over;
  if (over === null || over === undefined) return base;
  if (!isSection(over)) return over;
  // Through entries, so that a key called __proto__ stays a key.
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    merged.set(key, merged.has(key) ? layOver(merged.get(key), value, [...path, key]) : value);
  }
  return Object.fromEntries(merged);
}

/** One value at one path, as a layer. */
export function asLayer(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

/** Every key that has a value of its own, in order: `api.host`, `api.port`, …, with that value. */
export function leavesOf(config: unknown, path: Path = []): [Path, unknown][] {
  if (!isSection(config) || WHOLE.has(formatPath(path))) return [[path, config]];
  return Object.entries(config).flatMap(([key, value]) => leavesOf(value, [...path, key]));
}

export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}
