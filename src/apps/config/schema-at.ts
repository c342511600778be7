import { z } from 'zod';
import type { Path } from './problem.ts';
import { configSchema } from './schema.ts';

/** The schema of what may stand at `path`; `undefined` where nothing may. */
export function schemaAt(path: Path): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>((schema, part) => {
    if (schema instanceof z.ZodObject)
      return Object.hasOwn(schema.shape, part) ? schema.shape[String(part)] : undefined;
    if (schema instanceof z.ZodArray) return schema.element;
    if (schema instanceof z.ZodRecord) return schema.valueType;
    return undefined;
  }, configSchema);
}

/** The keys a section at `path` may have. */
export function keysAt(path: Path): string[] {
  const schema = schemaAt(path);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}
