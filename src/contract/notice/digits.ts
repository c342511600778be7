import { decimalText } from '../decimal.ts';
import { formatTimeMs } from '../stamp.ts';

/** A price of which fewer digits than these are shown could be another one. */
const DIGITS_MIN = 4;

/** A number in plain decimals, `digits` of them significant at most, never an exponent: 0.00000123, 67123.5, 3500. */
export function significantText(value: number, digits: number): string {
  const text = decimalText(Number(value.toPrecision(digits)));
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}

/**
 * With as many places as the instrument's price step has, and with more where that would leave fewer than four
 * significant digits: a mean price lies between two steps, and a cent coin must never be `0.0000`.
 */
export function priceText(price: number, decimals: number): string {
  const exact = significantText(price, 15);
  if (decimalsOfText(exact) <= decimals) return price.toFixed(decimals);
  // Between two steps: one place more than the step has, unless that says too little.
  const finer = price.toFixed(Math.min(20, decimals + 1));
  return digitsOf(finer) >= DIGITS_MIN ? finer : significantText(price, DIGITS_MIN);
}

/** Places after the point that these prices need, as they are whole numbers of one step: [3500, 3482.5] -> 1. */
export function decimalsOfPrices(prices: readonly number[]): number {
  return Math.max(0, ...prices.map((price) => decimalsOfText(significantText(price, 15))));
}

/** Signed, two places, and more where those would say nothing: `+0.80 %`, `-0.0031 %`. */
export function percentText(percent: number): string {
  return `${signedText(percent)} %`;
}

/** An amount of money, signed: `+12.34 USDT`, `-0.00042 USDT`. */
export function amountText(amount: number, asset: string): string {
  return `${signedText(amount)} ${asset}`;
}

/** What profits of a symbol are counted in, as far as its name says it: `USDT` of ETHUSDT. */
export const quoteOf = (symbol: string): string => /USD[TC]?$/.exec(symbol)?.[0] ?? 'quote units';

/** Base units, as many digits as they have, eight at most. */
export const quantityText = (quantity: number): string => significantText(quantity, 8);

/** `2026-01-01 14:05:09 UTC` */
export function timeText(timeMs: number): string {
  return `${formatTimeMs(timeMs).slice(0, 19).replace('T', ' ')} UTC`;
}

/** `14:05:09 UTC` */
export const clockText = (timeMs: number): string => timeText(timeMs).slice(11);

/** `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h` */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1440)];
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
}

function signedText(value: number): string {
  if (value === 0) return '0.00';
  const sign = value > 0 ? '+' : '-';
  const size = Math.abs(value);
  return `${sign}${size >= 0.1 ? size.toFixed(2) : significantText(size, 2)}`;
}

const decimalsOfText = (text: string): number => text.split('.')[1]?.length ?? 0;

const digitsOf = (text: string): number => text.replace(/[-.]/g, '').replace(/^0+/, '').length;
