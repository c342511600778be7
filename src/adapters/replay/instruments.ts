import type { Instrument } from '../../core/market/instrument.ts';

/** Price and quantity step of an instrument, as a user writes them in the config. */
export interface Steps {
  readonly tick: number;
  readonly step: number;
}

/** How fine the first rows of an instrument's files are: digits after the point, trailing zeros not counted. */
export interface Fineness {
  readonly priceDecimals: number;
  readonly sizeDecimals: number;
}

/**
 * Binance USD-M perpetuals as listed in mid 2025. Venues change steps now and then: the config overrides, and rows finer
 * than this show that the tape is from elsewhere (spot BTCUSDT ticks by 0.01).
 */
const KNOWN: Readonly<Record<string, Steps>> = {
  '1000BONKUSDT': { tick: 1e-6, step: 1 },
  '1000PEPEUSDT': { tick: 1e-7, step: 1 },
  '1000SHIBUSDT': { tick: 1e-6, step: 1 },
  AAVEUSDT: { tick: 0.01, step: 0.1 },
  ADAUSDT: { tick: 0.0001, step: 1 },
  ALGOUSDT: { tick: 0.0001, step: 0.1 },
  APTUSDT: { tick: 0.0001, step: 0.1 },
  ARBUSDT: { tick: 0.0001, step: 0.1 },
  ATOMUSDT: { tick: 0.001, step: 0.01 },
  AVAXUSDT: { tick: 0.001, step: 1 },
  BCHUSDT: { tick: 0.01, step: 0.001 },
  BNBUSDT: { tick: 0.01, step: 0.01 },
  BTCUSDC: { tick: 0.1, step: 0.001 },
  BTCUSDT: { tick: 0.1, step: 0.001 },
  CRVUSDT: { tick: 0.001, step: 0.1 },
  DASHUSDT: { tick: 0.01, step: 0.001 },
  DOGEUSDT: { tick: 1e-5, step: 1 },
  DOTUSDT: { tick: 0.001, step: 0.1 },
  ENAUSDT: { tick: 0.0001, step: 1 },
  ETCUSDT: { tick: 0.001, step: 0.01 },
  ETHUSDC: { tick: 0.01, step: 0.001 },
  ETHUSDT: { tick: 0.01, step: 0.001 },
  FILUSDT: { tick: 0.001, step: 0.1 },
  HBARUSDT: { tick: 1e-5, step: 1 },
  HYPEUSDT: { tick: 0.001, step: 0.01 },
  ICPUSDT: { tick: 0.001, step: 1 },
  INJUSDT: { tick: 0.001, step: 0.1 },
  LDOUSDT: { tick: 0.0001, step: 1 },
  LINKUSDT: { tick: 0.001, step: 0.01 },
  LTCUSDT: { tick: 0.01, step: 0.001 },
  NEARUSDT: { tick: 0.001, step: 1 },
  ONDOUSDT: { tick: 0.0001, step: 0.1 },
  OPUSDT: { tick: 0.0001, step: 0.1 },
  SEIUSDT: { tick: 0.0001, step: 1 },
  SOLUSDT: { tick: 0.01, step: 0.01 },
  SUIUSDT: { tick: 0.0001, step: 0.1 },
  TAOUSDT: { tick: 0.01, step: 0.001 },
  TIAUSDT: { tick: 0.0001, step: 1 },
  TRXUSDT: { tick: 1e-5, step: 1 },
  UNIUSDT: { tick: 0.001, step: 1 },
  WIFUSDT: { tick: 0.0001, step: 0.1 },
  WLDUSDT: { tick: 0.0001, step: 1 },
  XLMUSDT: { tick: 1e-5, step: 1 },
  XMRUSDT: { tick: 0.01, step: 0.001 },
  XRPUSDT: { tick: 0.0001, step: 0.1 },
};

/**
 * The steps of an instrument: from the config, else from the table if the tape's first prices fit it, else from the
 * digits of the first rows. Fixed from then on.
 */
export function instrumentOf(symbol: string, configured: Steps | undefined, seen: Fineness): Instrument {
  if (configured !== undefined) return { symbol, tickSize: configured.tick, stepSize: configured.step };
  const known = Object.hasOwn(KNOWN, symbol) ? KNOWN[symbol] : undefined;
  if (known !== undefined && stepOf(seen.priceDecimals) >= known.tick * (1 - 1e-9)) {
    return { symbol, tickSize: known.tick, stepSize: known.step };
  }
  return { symbol, tickSize: stepOf(seen.priceDecimals), stepSize: stepOf(seen.sizeDecimals) };
}

/** Digits after the point of the shortest decimal that is this number: 0.1 -> 1, 28165.47 -> 2, 1e-7 -> 7, 3 -> 0. */
export function decimalsIn(value: number): number {
  const [digits, exponent] = String(value).split('e-') as [string, string | undefined];
  const point = digits.indexOf('.');
  return (point === -1 ? 0 : digits.length - point - 1) + Number(exponent ?? 0);
}

const stepOf = (decimals: number): number => Number(`1e-${decimals}`);
