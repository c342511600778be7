import { assert } from '../core/assert.ts';

const EXPONENT_FORM = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/**
 * A number as JSON text that every reader takes for a decimal: never an exponent, a whole number with `.0`.
 *
 *   3500 -> 3500.0    0.00000123 -> 0.00000123 (JavaScript prints 1.23e-6)
 */
export function decimalText(value: number): string {
  assert(Number.isFinite(value), `decimal: ${value} has no decimal form`);
  const text = String(value);
  const parts = EXPONENT_FORM.exec(text);
  if (parts === null) return text.includes('.') ? text : `${text}.0`;
  const [, sign = '', lead = '', rest = '', exponentText] = parts;
  const exponent = Number(exponentText);
  const digits = lead + rest;
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.padEnd(exponent + 1, '0')}.0`;
}

/** The same, after rounding to at most `decimals` places: 75.00000000000001 -> 75.0. */
export function roundedDecimalText(value: number, decimals: number): string {
  return decimalText(Number(value.toFixed(decimals)));
}
