import { MINUTE_MS } from '../../core/market/timeframe.ts';
import {
  depthWeight,
  EXCHANGE_INFO_WEIGHT,
  klinesWeight,
  SNAPSHOT_LEVELS,
  TICKERS_WEIGHT,
  TIME_WEIGHT,
} from './limits.ts';
import type { Asked } from './received.ts';

/** The path and query of a request, and what it weighs. */
export function requestOf(asked: Asked): { readonly path: string; readonly weight: number } {
  switch (asked.name) {
    case 'time':
      return { path: '/fapi/v1/time', weight: TIME_WEIGHT };
    case 'exchangeInfo':
      return { path: '/fapi/v1/exchangeInfo', weight: EXCHANGE_INFO_WEIGHT };
    case 'ticker24h':
      return { path: '/fapi/v1/ticker/24hr', weight: TICKERS_WEIGHT };
    case 'depth': {
      const path = `/fapi/v1/depth?symbol=${asked.symbol}&limit=${SNAPSHOT_LEVELS}`;
      return { path, weight: depthWeight(SNAPSHOT_LEVELS) };
    }
    case 'klines': {
      const rows = (asked.toMs - asked.fromMs) / MINUTE_MS;
      // Both ends are part of what is asked for.
      const range = `startTime=${asked.fromMs}&endTime=${asked.toMs - 1}&limit=${rows}`;
      return { path: `/fapi/v1/klines?symbol=${asked.symbol}&interval=1m&${range}`, weight: klinesWeight(rows) };
    }
  }
}
