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
  if (Array.isArray(value)) {
    let items = '';
    for (const item of value as readonly Json[]) items += items === '' ? jsonText(item) : `,${jsonText(item)}`;
    return `[${items}]`;
  }
  const members = value as { readonly [key: string]: Json | undefined };
  let text = '';
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${keyText(key)}${jsonText(member)}`;
  }
  return `{${text}}`;
}

/** How many different names are remembered: ours are fewer, but some come from outside. */
const NAMES_MAX = 1_000;
const names = new Map<string, string>();

/** Names of members are the same few again and again: each is written once, with its colon. */
function keyText(key: string): string {
  const known = names.get(key);
  if (known !== undefined) return known;
  const text = `${JSON.stringify(key)}:`;
  if (names.size < NAMES_MAX) names.set(key, text);
  return text;
}

/** A price, a quantity or a ratio. */
export const decimal = (value: number): Verbatim => new Verbatim(decimalText(value));

/** The same without the dust of binary arithmetic. */
export const rounded = (value: number, decimals: number): Verbatim => new Verbatim(roundedDecimalText(value, decimals));

/** For fields that may be missing. */
export const decimalIf = (value: number | undefined): Verbatim | undefined =>
  value === undefined ? undefined : decimal(value);
