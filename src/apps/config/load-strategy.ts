import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Decoded } from '../../core/decoded.ts';
import type { StrategyDefinition } from '../../core/strategies/strategy.ts';
import { guardDefinition, type Origin } from './guarded-strategy.ts';

/** A module may wait for something while it loads, but not for ever: nothing starts before it. */
const LOADS_WITHIN_MS = 10_000;

const isFunction = z.custom<unknown>((value) => typeof value === 'function', { error: 'a function' });
const NAME_ALLOWED = 'small letters, digits and -, such as "my-strategy"';
const COUNT_ALLOWED = 'a whole number of at least 0';

/** What a user's module must export. */
const definitionShape = z.object(
  {
    name: z.string({ error: NAME_ALLOWED }).regex(/^[a-z][a-z0-9-]{0,62}$/, { error: NAME_ALLOWED }),
    summary: z.string({ error: 'a sentence' }).min(1, { error: 'a sentence' }),
    scope: z.enum(['instrument', 'timeframe'], { error: '"instrument" or "timeframe"' }),
    longestPeriodBars: z.int({ error: COUNT_ALLOWED }).min(0, { error: COUNT_ALLOWED }),
    defaults: z.record(z.string(), z.unknown(), { error: 'an object with the default of every option' }),
    parse: isFunction,
    create: isFunction,
  },
  { error: 'an object with name, summary, scope, longestPeriodBars, defaults, parse and create' },
);

export interface ModuleSource extends Origin {
  readonly absolutePath: string;
  readonly withinMs?: number;
}

/** Loads a strategy of the user's own and puts it under guard. What it does while it loads, nobody can prevent. */
export async function loadStrategy(source: ModuleSource): Promise<Decoded<StrategyDefinition>> {
  const { absolutePath, withinMs = LOADS_WITHIN_MS } = source;
  if (!existsSync(absolutePath)) return { ok: false, problem: `names ${absolutePath}, but there is no such file` };
  let module: Readonly<Record<string, unknown>> | undefined;
  try {
    module = await importWithin(absolutePath, withinMs);
  } catch (error) {
    // An imported module's SyntaxError does not say where it is, but node can.
    const remedy = error instanceof SyntaxError ? ` (\`node --check ${absolutePath}\` shows where)` : '';
    return { ok: false, problem: `names ${absolutePath}, which cannot be loaded: ${String(error)}${remedy}` };
  }
  if (module === undefined) {
    const why = `which was not loaded after ${withinMs / 1000} s: does it \`await\` something that never comes?`;
    return { ok: false, problem: `names ${absolutePath}, ${why}` };
  }
  const exported = module.default ?? module.strategy;
  if (exported === undefined) {
    return { ok: false, problem: `names ${absolutePath}, which exports neither a default nor \`strategy\`` };
  }
  const shape = definitionShape.safeParse(exported);
  if (shape.success) return { ok: true, value: guardDefinition(exported as StrategyDefinition, source) };
  const faults = shape.error.issues.map(({ path, message }) => `${path.join('.') || 'the export'} must be ${message}`);
  const each = [...new Set(faults)].join('; ');
  return { ok: false, problem: `names ${absolutePath}, whose export is not a strategy: ${each}` };
}

/** @returns `undefined` when it took too long. The timer also keeps node from ending before that, without a word. */
async function importWithin(path: string, withinMs: number): Promise<Record<string, unknown> | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), withinMs);
  });
  try {
    return await Promise.race([import(pathToFileURL(path).href) as Promise<Record<string, unknown>>, late]);
  } finally {
    clearTimeout(timer);
  }
}
