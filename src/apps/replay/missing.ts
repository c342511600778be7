/** How many instruments are named; a market has hundreds. */
const NAMED_MAX = 10;

/** What was asked for and is not there. */
export interface Missing {
  readonly sentence: string;
  /** Whether nothing is there of all that was asked for. */
  readonly isAll: boolean;
}

/** @param wanted `undefined` for all, of which none can be missing */
export function missingOf(wanted: ReadonlySet<string> | undefined, there: ReadonlySet<string>): Missing | undefined {
  const missing = [...(wanted ?? [])].filter((symbol) => !there.has(symbol));
  if (missing.length === 0) return undefined;
  const named = [...there].sort().slice(0, NAMED_MAX).join(', ');
  const more = there.size > NAMED_MAX ? ` and ${there.size - NAMED_MAX} more` : '';
  const has = there.size === 0 ? 'there is no instrument in it' : `it has ${named}${more}`;
  return { sentence: `the tape has no ${missing.join(', ')}: ${has}`, isAll: missing.length === wanted?.size };
}
