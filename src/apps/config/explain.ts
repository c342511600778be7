import type { z } from 'zod';
import { leavesOf, valueAt } from './layers.ts';
import type { Path } from './problem.ts';
import { formatPath, nearest, quote } from './problem.ts';
import { keysAt } from './schema-at.ts';

type Issue = z.core.$ZodIssue;

/** One sentence about one place in the configuration. */
export interface Explained {
  readonly path: Path;
  /** The key itself is wrong, not its value. */
  readonly about: 'key' | 'value';
  readonly text: string;
}

/**
 * Puts what zod found into sentences: what is written, what it must be, and what was probably meant.
 * @param written the merged configuration as it was checked
 * @param known a complete configuration, for the keys that might have been meant
 */
export function explain(issues: readonly Issue[], written: unknown, known: unknown): Explained[] {
  const found = issues.flatMap((issue) => explainOne(issue, [], written, known));
  // Two rules about one value, such as "not empty" and "letters and digits", say the same sentence.
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}

function explainOne(issue: Issue, prefix: Path, written: unknown, known: unknown): Explained[] {
  const path: Path = [...prefix, ...(issue.path as (string | number)[])];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], about: 'key', text: unknownKey(key, path, known) }));
  }
  if (issue.code === 'invalid_union') {
    // The branch that got furthest knows best: a list with one bad symbol is not "neither all nor a list".
    const inner = issue.errors.find(
      (branch) => branch.length > 0 && branch.every(({ path: deeper }) => deeper.length > 0),
    );
    if (inner !== undefined) return inner.flatMap((each) => explainOne(each, path, written, known));
  }
  if (issue.code === 'invalid_key') {
    const allowed = issue.issues[0]?.message ?? issue.message;
    return [{ path, about: 'key', text: `${formatPath(path)}: the key must be ${allowed}` }];
  }
  const value = valueAt(written, path);
  const is = value === undefined ? 'is missing' : value === null ? 'is empty' : `is ${quote(value, path)}`;
  return [{ path, about: 'value', text: `${formatPath(path)} ${is}, it must be ${issue.message}` }];
}

function unknownKey(key: string, path: Path, known: unknown): string {
  const text = `${formatPath([...path, key])} is not a key of the configuration`;
  const siblings = keysAt(path);
  const near = nearest(key, siblings);
  if (near !== undefined) return `${text}, did you mean ${formatPath([...path, near])}?`;
  // Right name, wrong section: `port` at the top is `api.port`.
  const elsewhere = leavesOf(known).find(([leaf]) => leaf.at(-1) === key);
  if (elsewhere !== undefined) return `${text}, did you mean ${formatPath(elsewhere[0])}?`;
  return siblings.length === 0 ? text : `${text}; there are ${siblings.join(', ')}`;
}
