import { fromTicks, toTicks } from '../../src/core/market/instrument.ts';
import { SIMULATED_INSTRUMENTS, type SimulatedInstrument } from '../../src/core/simulation/instruments.ts';
import { Random } from '../../src/core/simulation/random.ts';

/** As many as the venue had perpetuals when the product was planned. */
export const CONTRACTS_MAX = 540;

/** Trades come in bursts: the market makes about this many times the rate a contract is listed with … */
const BURSTS = 1.47;
/** … and this many more per second and contract, when its price moves. Both as measured over a minute of 540 contracts. */
const MOVES_PER_SECOND = 2.1;

const SYLLABLES = [
  'BA',
  'CO',
  'DU',
  'FE',
  'GI',
  'HO',
  'JU',
  'KA',
  'LE',
  'MI',
  'NO',
  'PU',
  'RA',
  'SE',
  'TI',
  'VO',
] as const;

/**
 * The first `count` contracts of the venue: the nineteen of the embedded market, then invented ones on the same grids,
 * ever less active, as on a real venue. A longer list begins with the shorter one.
 * @param tradesPerSecond of all together, about; as listed when absent, and not fewer than two per contract
 */
export function listInstruments(count: number, tradesPerSecond?: number): SimulatedInstrument[] {
  const rows = Array.from({ length: count }, (_, index) => SIMULATED_INSTRUMENTS[index] ?? inventInstrument(index));
  if (tradesPerSecond === undefined) return rows;
  const listed = rows.reduce((sum, row) => sum + row.tradesPerSecond, 0);
  const scale = Math.max(0.01, (tradesPerSecond - MOVES_PER_SECOND * count) / (BURSTS * listed));
  return rows.map((row) => ({ ...row, tradesPerSecond: row.tradesPerSecond * scale }));
}

function inventInstrument(index: number): SimulatedInstrument {
  const random = Random.of(index, 'invented instrument');
  // Never BTC: nothing else has its price and its rate.
  const model = SIMULATED_INSTRUMENTS[1 + (random.word() % (SIMULATED_INSTRUMENTS.length - 1))]!;
  const price = model.startPrice * (0.4 + 2 * random.uniform());
  return {
    symbol: `${nameOf(index)}USDT`,
    tickSize: model.tickSize,
    stepSize: model.stepSize,
    startPrice: fromTicks(toTicks(price, model.tickSize), model.tickSize),
    sigmaBps: 1.5 + random.uniform(),
    tradesPerSecond: (model.tradesPerSecond * 4) / (index - 10),
    tradeValue: model.tradeValue * (0.2 + 0.5 * random.uniform()),
  };
}

/** Three syllables in base sixteen: no name is a prefix of another, and none is a listed one. */
function nameOf(index: number): string {
  return [8, 4, 0].map((bits) => SYLLABLES[(index >> bits) & 15]).join('');
}
