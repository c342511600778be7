import { decimalText, roundedDecimalText } from './decimal.ts';

/** JSON that was written before: it goes into a larger text as it is. */
export class Verbatim {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What `jsonText` writes. Members that are `undefined` are left out. */
export type Json =
  | string
  | number
  | boolean
  | null
  | Verbatim
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * Like `JSON.stringify`, with numbers as they are meant: `price(3500)` is written 3500.0, and no exponent ever
 * appears in what readers take for decimals.
 */
export function jsonText(value: Json): string {
  if (value instanceof Verbatim) return value.text;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  let members = '';
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) members += `${members === '' ? '' : ','}${keyText(key)}:${jsonText(member)}`;
  }
  return `{${members}}`;
}

/** Names of members are the same few again and again, and plain: only others need escapes. */
const keyText = (key: string): string => (/^[a-z0-9_]+$/.test(key) ? `"${key}"` : JSON.stringify(key));

/** A price, a quantity or a ratio. */
export const decimal = (value: number): Verbatim => new Verbatim(decimalText(value));

/** The same without the dust of binary arithmetic. */
export const rounded = (value: number, decimals: number): Verbatim => new Verbatim(roundedDecimalText(value, decimals));

/** For fields that may be missing. */
export const decimalIf = (value: number | undefined): Verbatim | undefined =>
  value === undefined ? undefined : decimal(value);
