import type { Decoded } from '../../core/decoded.ts';
import type { Level } from '../../core/feed/depth-book.ts';

const DECIMAL = /^\d{1,15}(\.\d{1,15})?$/;

export type Fields = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A whole number of at least 0, such as an id or a time. */
export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

export const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';

/** A decimal above 0 as text; `undefined` for everything else. */
export function positive(value: unknown): number | undefined {
  const number = notNegative(value);
  return number === 0 ? undefined : number;
}

/** A decimal of at least 0 as text; `undefined` for everything else. */
export function notNegative(value: unknown): number | undefined {
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}

/** Levels of a book, `[["price", "size"], …]`; a size of 0 takes the level away. `undefined` for everything else. */
export function levels(value: unknown): readonly Level[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const read: Level[] = [];
  for (const row of value) {
    if (!Array.isArray(row)) return undefined;
    const price = positive(row[0]);
    const size = notNegative(row[1]);
    if (price === undefined || size === undefined) return undefined;
    read.push([price, size]);
  }
  return read;
}

/** @param field the name that the refusal is counted by; the value is shown, not counted */
export function refuse(field: string, value: unknown): Decoded<never> {
  return { ok: false, problem: `${field} cannot be ${String(JSON.stringify(value)).slice(0, 40)}` };
}
