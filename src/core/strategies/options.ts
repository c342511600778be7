import type { Decoded } from '../decoded.ts';

/** No period is longer than a year of minutes: its window is allocated at once. */
const MOST_COUNTED = 525_600;

/** What one option may be. `must` completes the sentence "… must be". */
export interface OptionRule {
  readonly must: string;
  holds(value: number): boolean;
}

/** A count: a whole number within `[least, most]`. */
export function wholeNumber(least: number, most = MOST_COUNTED): OptionRule {
  const open = `a whole number >= ${least} (and at most ${most})`;
  const must = most === MOST_COUNTED ? open : `a whole number from ${least} to ${most}`;
  return { must, holds: (value) => Number.isSafeInteger(value) && value >= least && value <= most };
}

/** A quantity within `[least, most]`, both included. */
export function numberBetween(least: number, most: number): OptionRule {
  return { must: `a number between ${least} and ${most}`, holds: (value) => value >= least && value <= most };
}

/** Two options of which the first must stay below the second. */
export type Order<Options> = readonly [lower: keyof Options & string, higher: keyof Options & string];

/**
 * Checks the options of a strategy, all of which are numbers, and tells every problem at once:
 *   volume-breakout.rangeBars must be a whole number >= 2 (and at most 525600), not -1
 */
export function parseOptions<Options extends { readonly [name in keyof Options]: number }>(
  strategy: string,
  rules: { readonly [name in keyof Options]: OptionRule },
  written: Readonly<Record<string, unknown>>,
  orders: readonly Order<Options>[] = [],
): Decoded<Options> {
  const problems: string[] = [];
  const known = Object.keys(rules);
  for (const name of Object.keys(written)) {
    if (!Object.hasOwn(rules, name)) problems.push(`${strategy}.${name} is not an option; known: ${known.join(', ')}`);
  }
  const read: Record<string, number> = {};
  for (const name of known) {
    const rule = rules[name as keyof Options];
    const value = Object.hasOwn(written, name) ? written[name] : undefined;
    if (typeof value === 'number' && rule.holds(value)) read[name] = value;
    else problems.push(`${strategy}.${name} must be ${rule.must}, not ${quote(value)}`);
  }
  for (const [lower, higher] of orders) {
    const [low, high] = [read[lower], read[higher]];
    if (low === undefined || high === undefined || low < high) continue;
    problems.push(`${strategy}.${lower} must be less than ${strategy}.${higher} (${high}), not ${low}`);
  }
  if (problems.length > 0) return { ok: false, problem: problems.join('; ') };
  return { ok: true, value: read as Options };
}

function quote(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return String(JSON.stringify(value)).slice(0, 40);
}
