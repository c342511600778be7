import { isSecretName } from '../../adapters/log/redact.ts';

/** Where a value sits: `['api', 'port']`, `['strategies', 2, 'weight']`. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** Who said it: `tapewire.yaml:12`, `TAPEWIRE_PORT`, `--port`. */
  readonly where: string;
  /** What is wrong and what is allowed. */
  readonly text: string;
}

export function formatProblem({ where, text }: ConfigProblem): string {
  return `${where}: ${text}`;
}

/** `api.port`, `strategies[2].weight`. */
export function formatPath(path: Path): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('');
}

/** Name and password in an address. */
const CREDENTIALS = /\/\/[^/\s"]*@/g;

/** A value as a problem may quote it: short, and `***` for a secret, by a key on its path or by its place in an address. */
export function quote(value: unknown, path: Path): string {
  if (path.some((part) => isSecretName(String(part)))) return '***';
  // JSON has no word for infinity, and would say null.
  if (typeof value === 'number') return String(value);
  const json = JSON.stringify(value, (key, item) => (isSecretName(key) ? '***' : item)) ?? String(value);
  const shown = json.replace(CREDENTIALS, '//***@');
  return shown.length > 60 ? `${shown.slice(0, 59)}…` : shown;
}

/** The candidate a person most likely meant, or nothing when none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The fewest insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let before: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = swaps ? before[j - 2]! + 1 : Number.POSITIVE_INFINITY;
      current.push(Math.min(previous[j]! + 1, current[j - 1]! + 1, replaced, swapped));
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
