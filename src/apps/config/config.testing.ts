import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { StrategyDefinition } from '../../core/strategies/strategy.ts';
import type { BuiltIn } from './defaults.ts';
import { type ConfigResult, loadConfig } from './load-config.ts';
import type { Flags } from './overrides.ts';
import { formatProblem } from './problem.ts';

/** A built-in strategy with one option, `rangeBars`, a number of at least 2. */
export function strategyNamed(name: string): StrategyDefinition {
  return {
    name,
    summary: 'For tests.',
    scope: 'timeframe',
    longestPeriodBars: 1,
    defaults: { rangeBars: 20 },
    parse: (options) =>
      Number(options.rangeBars) >= 2 ? { ok: true, value: options } : { ok: false, problem: 'rangeBars must be >= 2' },
    create: () => ({ opinion: { side: undefined, reason: 'for tests' } }),
  };
}

export const SIX: readonly BuiltIn[] = ['trend-confluence', 'momentum', 'c', 'd', 'e', 'f'].map((name, index) => ({
  definition: strategyNamed(name),
  weight: [0.22, 0.2, 0.18, 0.15, 0.15, 0.1][index]!,
}));

/** A folder of its own, gone after the test. */
export function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'tapewire-'));
  // Windows removes no open file, and the journal's driver closes some only with the process.
  if (process.platform !== 'win32') t.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return path;
}

export function load(cwd: string, flags: Flags = {}, env: NodeJS.ProcessEnv = {}): Promise<ConfigResult> {
  return loadConfig({ flags, env, cwd, strategies: SIX });
}

/** The problems as a person reads them; empty when there are none. */
export function problemsOf(result: ConfigResult): string[] {
  return result.ok ? [] : result.problems.map(formatProblem);
}
