import type { Decoded } from '../../core/decoded.ts';
import { type Fields, isCount, isName, positive, refuse } from './fields.ts';

export interface MarkPrice {
  readonly symbol: string;
  readonly markPrice: number;
  readonly indexPrice: number;
  /** Per funding interval, a fraction: 0.0001 is 1 bp that longs pay; negative and shorts pay. */
  readonly fundingRate: number;
  /** When it is paid next; 0 for a contract without funding. */
  readonly nextFundingMs: number;
  readonly eventTimeMs: number;
}

const SIGNED = /^-?\d{1,15}(\.\d{1,15})?$/;

/**
 * One element of `!markPrice@arr@1s`, or a frame of `<symbol>@markPrice@1s`.
 *   { "e": "markPriceUpdate", "E": 1562305380000, "s": "BTCUSDT", "p": "11794.15", "i": "11784.62", "P": "11784.25",
 *     "r": "0.00038167", "T": 1562306400000 }
 * `r` is empty for contracts that are delivered, not rolled. Source: Binance USD-M, "Mark Price Stream".
 */
export function decodeMarkPrice(frame: Fields): Decoded<MarkPrice> {
  const { s, p, i, r, T, E } = frame;
  if (!isName(s)) return refuse('markPrice.s', s);
  const markPrice = positive(p);
  if (markPrice === undefined) return refuse('markPrice.p', p);
  const indexPrice = positive(i);
  if (indexPrice === undefined) return refuse('markPrice.i', i);
  if (r !== '' && (typeof r !== 'string' || !SIGNED.test(r))) return refuse('markPrice.r', r);
  if (!isCount(T)) return refuse('markPrice.T', T);
  if (!isCount(E)) return refuse('markPrice.E', E);
  const fundingRate = r === '' ? 0 : Number(r);
  return {
    ok: true,
    value: { symbol: s, markPrice, indexPrice, fundingRate, nextFundingMs: T, eventTimeMs: E },
  };
}
