/** What one look at this machine found. */
export interface Check {
  readonly name: string;
  /** `warn` runs, but not as well as it should; `fail` does not run, or loses signals. */
  readonly state: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do; `undefined` when nothing is to be done. */
  readonly remedy: string | undefined;
}

export function ok(name: string, found: string): Check {
  return { name, state: 'ok', found, remedy: undefined };
}

export function warn(name: string, found: string, remedy: string): Check {
  return { name, state: 'warn', found, remedy };
}

export function fail(name: string, found: string, remedy: string): Check {
  return { name, state: 'fail', found, remedy };
}

export function renderChecks(checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.flatMap(({ name, state, found, remedy }) => [
    `${state.padEnd(4)}  ${name.padEnd(width)}  ${found}`,
    ...(remedy === undefined ? [] : [`${' '.repeat(width + 8)}-> ${remedy}`]),
  ]);
  const failed = checks.filter(({ state }) => state === 'fail').length;
  const warned = checks.filter(({ state }) => state === 'warn').length;
  const verdict =
    failed > 0 ? `${failed} of ${checks.length} checks failed` : warned > 0 ? 'usable, with warnings' : 'all is well';
  return `${[...lines, verdict].join('\n')}\n`;
}
