import type { Decoded } from '../../core/decoded.ts';
import type { StrategySeat } from '../../core/engine/settings.ts';
import type { StrategyDefinition } from '../../core/strategies/strategy.ts';
import type { Complaints } from './complaints.ts';
import type { Explained } from './explain.ts';
import { describe } from './guarded-strategy.ts';
import { isSection } from './layers.ts';
import { loadStrategy } from './load-strategy.ts';
import { formatPath, nearest } from './problem.ts';
import type { StrategyEntry } from './schema.ts';

export interface SeatsResult {
  readonly seats: readonly StrategySeat[];
  readonly problems: readonly Explained[];
}

export interface SeatSources {
  readonly entries: readonly StrategyEntry[];
  /** The absolute path of an entry's module. */
  readonly pathOf: (index: number) => string;
  readonly builtIns: readonly StrategyDefinition[];
  /** Hears of what the user's own do wrong later, when they run. */
  readonly complaints: Complaints;
}

/** Finds the strategy behind every entry, loading the user's own, and checks its options. */
export async function toSeats({ entries, pathOf, builtIns, complaints }: SeatSources): Promise<SeatsResult> {
  const seats: StrategySeat[] = [];
  const problems: Explained[] = [];
  for (const [index, entry] of entries.entries()) {
    const refuse = (key: string, text: string): void => {
      const path = ['strategies', index, key];
      problems.push({ path, about: 'value', text: `${formatPath(path)} ${text}` });
    };
    const { file } = entry;
    const key = file === undefined ? 'name' : 'file';
    const onInvalid = (part: string, sentence: string): void => complaints.add(`${index} ${part}`, sentence);
    const found =
      file === undefined
        ? findBuiltIn(entry.name ?? '', builtIns)
        : await loadStrategy({ file, absolutePath: pathOf(index), onInvalid });
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
    const parsed: unknown = definition.parse({ ...defaults, ...options });
    if (!isDecoded(parsed)) {
      const wanted = '{ ok: true, value } or { ok: false, problem }';
      return {
        ok: false,
        problem: `cannot be checked: parse of ${definition.name} returned ${describe(parsed)}, it must return ${wanted}`,
      };
    }
    return parsed.ok ? parsed : { ok: false, problem: `cannot be used by ${definition.name}: ${parsed.problem}` };
  } catch (error) {
    return { ok: false, problem: `cannot be used by ${definition.name}: its parse threw ${String(error)}` };
  }
}

function isDecoded(value: unknown): value is Decoded<unknown> {
  return isSection(value) && (value.ok === true || (value.ok === false && typeof value.problem === 'string'));
}
