import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import { type BuiltIn, defaultConfig } from './defaults.ts';
import { leavesOf } from './layers.ts';
import { OVERRIDES } from './overrides.ts';
import { formatPath, type Path } from './problem.ts';
import { schemaAt } from './schema-at.ts';

/** One key of the configuration, for people. */
export interface KeyReference {
  readonly path: Path;
  readonly key: string;
  readonly default: unknown;
  readonly meaning: string;
  /** What it must be: `a whole number from 0 to 65535`. */
  readonly allowed: string;
  /** It has a fixed set of names, which whoever edits the file wants to see. */
  readonly isChoice: boolean;
  /** How else it can be said: `TAPEWIRE_PORT`, `--port`. */
  readonly also: readonly string[];
}

/** Every key there is, in the order of the file. */
export function keyReference(builtIns: readonly BuiltIn[]): KeyReference[] {
  return leavesOf(defaultConfig(builtIns)).map(([path, value]) => {
    const key = formatPath(path);
    const override = OVERRIDES.find((each) => formatPath(each.path) === key);
    const also = [override?.env, override?.typed].filter((name) => name !== undefined);
    const schema = schemaAt(path);
    assert(schema !== undefined, `config: ${key} has a default but no schema`);
    // Nothing is allowed to be a symbol, so the refusal is the sentence about what is.
    const allowed = z.safeParse(schema, Symbol('nothing')).error?.issues[0]?.message ?? '';
    const meaning = z.globalRegistry.get(schema)?.description ?? '';
    return { path, key, default: value, meaning, allowed, isChoice: schema instanceof z.ZodEnum, also };
  });
}
