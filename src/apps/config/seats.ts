import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Decoded } from '../../core/decoded.ts';
import type { StrategySeat } from '../../core/engine/settings.ts';
import type { StrategyDefinition } from '../../core/strategies/strategy.ts';
import type { Explained } from './explain.ts';
import { isSection } from './layers.ts';
import { formatPath, nearest } from './problem.ts';
import type { StrategyEntry } from './schema.ts';

export interface SeatsResult {
  readonly seats: readonly StrategySeat[];
  readonly problems: readonly Explained[];
}

/**
 * Finds the strategy behind every entry, loading the user's own, and checks its options.
 * @param entries with `file` as an absolute path
 */
export async function toSeats(
  entries: readonly StrategyEntry[],
  builtIns: readonly StrategyDefinition[],
): Promise<SeatsResult> {
  const seats: StrategySeat[] = [];
  const problems: Explained[] = [];
  for (const [index, entry] of entries.entries()) {
    const refuse = (key: string, text: string): void => {
      const path = ['strategies', index, key];
      problems.push({ path, about: 'value', text: `${formatPath(path)} ${text}` });
    };
    const key = entry.file === undefined ? 'name' : 'file';
    const found = entry.file === undefined ? findBuiltIn(entry.name ?? '', builtIns) : await loadModule(entry.file);
    if (!found.ok) {
      refuse(key, found.problem);
      continue;
    }
    const definition = found.value;
    if (seats.some((seat) => seat.definition.name === definition.name)) {
      refuse(key, `is the second strategy called "${definition.name}": each may be there once`);
      continue;
    }
    const options = readOptions(definition, entry.options ?? {});
    if (!options.ok) refuse('options', options.problem);
    else seats.push({ definition, weight: entry.weight, options: options.value });
  }
  return { seats, problems };
}

function findBuiltIn(name: string, builtIns: readonly StrategyDefinition[]): Decoded<StrategyDefinition> {
  const definition = builtIns.find((candidate) => candidate.name === name);
  if (definition !== undefined) return { ok: true, value: definition };
  const names = builtIns.map((candidate) => candidate.name);
  const meant = nearest(name, names);
  const remedy = meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`;
  return { ok: false, problem: `is "${name}", which is not a built-in strategy: ${remedy}` };
}

function readOptions(definition: StrategyDefinition, options: Readonly<Record<string, unknown>>): Decoded<unknown> {
  const defaults = isSection(definition.defaults) ? definition.defaults : {};
  const names = Object.keys(defaults);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, names);
    const remedy = meant === undefined ? `there are ${names.join(', ') || 'none'}` : `did you mean ${meant}?`;
    return { ok: false, problem: `has "${unknown}", which is not an option of ${definition.name}: ${remedy}` };
  }
  try {
    const parsed = definition.parse({ ...defaults, ...options });
    return parsed.ok ? parsed : { ok: false, problem: `cannot be used by ${definition.name}: ${parsed.problem}` };
  } catch (error) {
    return { ok: false, problem: `cannot be used by ${definition.name}: its parse threw ${String(error)}` };
  }
}

const isFunction = (what: string) => z.custom<unknown>((value) => typeof value === 'function', { error: what });

/** What a user's module must export. */
const definitionShape = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, { error: 'small letters, digits and -, such as "my-strategy"' }),
  summary: z.string({ error: 'a sentence' }).min(1, { error: 'a sentence' }),
  scope: z.enum(['instrument', 'timeframe'], { error: '"instrument" or "timeframe"' }),
  longestPeriodBars: z.int({ error: 'a whole number of at least 0' }).min(0, { error: 'a whole number of at least 0' }),
  defaults: z.record(z.string(), z.unknown(), { error: 'an object with the default of every option' }),
  parse: isFunction('a function'),
  create: isFunction('a function'),
});

async function loadModule(absolutePath: string): Promise<Decoded<StrategyDefinition>> {
  if (!existsSync(absolutePath)) return { ok: false, problem: `names ${absolutePath}, but there is no such file` };
  let module: Record<string, unknown>;
  try {
    module = (await import(pathToFileURL(absolutePath).href)) as Record<string, unknown>;
  } catch (error) {
    // An imported module's SyntaxError does not say where it is, but node can.
    const remedy = error instanceof SyntaxError ? ` (\`node --check ${absolutePath}\` shows where)` : '';
    return { ok: false, problem: `names ${absolutePath}, which cannot be loaded: ${String(error)}${remedy}` };
  }
  const exported = module.default ?? module.strategy;
  if (exported === undefined) {
    return { ok: false, problem: `names ${absolutePath}, which exports neither a default nor \`strategy\`` };
  }
  const shape = definitionShape.safeParse(exported);
  if (shape.success) return { ok: true, value: exported as StrategyDefinition };
  const faults = shape.error.issues.map(({ path, message }) => `${path.join('.') || 'the export'} must be ${message}`);
  return { ok: false, problem: `names ${absolutePath}, whose export is not a strategy: ${faults.join('; ')}` };
}
