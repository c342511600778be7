import type { FastifyServerOptions } from 'fastify';
import type { z } from 'zod';

/** Requests are checked by zod itself. Named here, before the start, so that Fastify never loads its own compilers. */
export const ZOD_COMPILERS = {
  compilersFactory: {
    buildValidator:
      () =>
      ({ schema }: { readonly schema: z.ZodType }) =>
      (data: unknown) =>
        validated(schema, data),
    buildSerializer: () => () => JSON.stringify,
  },
  // Fastify's types know only factories that make its own compilers.
} as unknown as NonNullable<FastifyServerOptions['schemaController']>;

function validated(schema: z.ZodType, data: unknown): { value: unknown } | { error: Error } {
  const result = schema.safeParse(data);
  if (result.success) return { value: result.data };
  const [issue] = result.error.issues;
  const path = issue?.path.join('.') ?? '';
  return { error: new Error(`${path === '' ? 'The request body' : path}: ${issue?.message ?? 'not valid'}`) };
}
