import { buildBracket } from '../../core/risk/bracket.ts';
import { chooseLeverage } from '../../core/risk/leverage.ts';
import { SIMULATED_INSTRUMENTS } from '../../core/simulation/instruments.ts';
import type { Explained } from './explain.ts';
import { formatPath, nearest, type Path } from './problem.ts';
import type { Config } from './schema.ts';

/** Keys that only the embedded market obeys. */
const SIMULATION_KEYS = ['scenario', 'seed', 'startTime'] as const;

/** Only a live market is somewhere. */
const VENUE_URL: Path = ['market', 'live', 'venueUrl'];

const FILES: Path = ['market', 'files'];

type WasTyped = (path: Path) => boolean;

/**
 * What no key can know alone: values that are each allowed, but together cannot do what was asked for.
 * @param wasTyped whether the value of a key comes from a flag
 */
export function crossCheck(config: Config, wasTyped: WasTyped): Explained[] {
  return [
    ...checkMarket(config, wasTyped),
    ...checkSymbols(config),
    ...checkFusion(config),
    ...checkTable(config),
    ...checkStop(config),
    ...checkLosses(config),
  ];
}

/** What was asked for and is not obeyed, but does no harm. */
export function crossDoubts({ market }: Config, wasTyped: WasTyped): Explained[] {
  const { source, files } = market;
  const isLive = source !== 'sim' && source !== 'replay';
  const idle: readonly Path[] = [
    ...(source === 'sim' ? [] : SIMULATION_KEYS.map((key) => ['market', key]).filter(wasTyped)),
    ...(isLive ? [] : [VENUE_URL].filter(wasTyped)),
    // In the configuration they wait for their turn; on the command line somebody wants to see them now.
    ...((source === 'sim' || wasTyped(FILES)) && source !== 'replay' && files.length > 0 ? [FILES] : []),
  ];
  return idle.map((path) => say(path, `has no effect: market.source is "${source}", ${whatItIs(source)}`));
}

function whatItIs(source: string): string {
  if (source === 'sim') return 'the embedded market';
  return source === 'replay' ? 'and tapes are what they are' : 'and the live market is what it is';
}

function checkMarket({ market: { source, files, speed } }: Config, wasTyped: WasTyped): Explained[] {
  const path = ['market', 'source'];
  if (source === 'replay' && files.length === 0) {
    return [say(path, 'is "replay", but there are no files to replay: name them in market.files or with --file')];
  }
  if (source !== 'sim' && source !== 'replay' && speed !== 1) {
    return [say(['market', 'speed'], `is ${speed}, but the live market goes at its own pace: leave it at 1`)];
  }
  // Files in the configuration wait for their turn; one on the command line is what somebody wants to see now.
  if (source !== 'sim' || files.length === 0 || !wasTyped(FILES)) return [];
  return [say(FILES, 'names a tape, but the market is the embedded one: add --market replay')];
}

function checkSymbols({ market: { source, symbols } }: Config): Explained[] {
  if (source !== 'sim' || symbols === 'all') return [];
  const known = SIMULATED_INSTRUMENTS.map(({ symbol }) => symbol);
  return symbols
    .filter((symbol) => !known.includes(symbol))
    .map((symbol) => {
      const meant = known.find((candidate) => candidate === `${symbol}USDT`) ?? nearest(symbol, known);
      const remedy = meant === undefined ? `there are ${known.join(', ')}` : `did you mean ${meant}?`;
      return say(['market', 'symbols'], `has "${symbol}", which the embedded market does not have: ${remedy}`);
    });
}

function checkFusion({ fusion: { minStrategies }, strategies }: Config): Explained[] {
  if (minStrategies <= strategies.length) return [];
  const have = strategies.length === 1 ? 'is only 1 strategy' : `are only ${strategies.length} strategies`;
  return [say(['fusion', 'minStrategies'], `is ${minStrategies}, but there ${have}: no signal could ever come`)];
}

/** The first step that is reached counts: one that asks for no more than a later one hides it. */
function checkTable({ leverage: { table } }: Config): Explained[] {
  return table.flatMap((step, index) => {
    const hiding = table
      .slice(0, index)
      .findIndex(({ strength, consensus }) => strength <= step.strength && consensus <= step.consensus);
    if (hiding === -1) return [];
    const before = formatPath(['leverage', 'table', hiding]);
    const text = `can never be reached: ${before} comes before it and asks for no more; put the highest demands first`;
    return [say(['leverage', 'table', index], text)];
  });
}

/** A stop that lies behind the liquidation price at every leverage silences its side for ever. */
function checkStop({ bracket, leverage, fusion }: Config): Explained[] {
  const path: Path = ['bracket', bracket.mode === 'percent' ? 'stopPercent' : 'stopSigmas'];
  const least = bracket.mode === 'percent' ? '' : `, times at least ${bracket.sigmaMinBps} basis points`;
  for (const side of ['buy', 'sell'] as const) {
    // Ticks so small that they decide nothing, and the calmest market there is: the nearest stop of all.
    const request = { side, price: 1_000, tickSize: 1e-6, timeframe: fusion.timeframes[0]!, sigmaPerSecond: 0 };
    const nearestBracket = buildBracket(request, bracket);
    if (typeof nearestBracket === 'string') {
      const target = bracket.mode === 'percent' ? 'targetPercents' : 'targetSigmas';
      return [say(['bracket', target], `leaves no room for a ${side}: its stop or targets would lie below zero`)];
    }
    const strongest = { side, strength: 100, consensus: 100, tickSize: request.tickSize };
    if (typeof chooseLeverage(strongest, nearestBracket, leverage) === 'number') continue;
    const { stopPercent, stopSigmas } = bracket;
    const stop = bracket.mode === 'percent' ? `${stopPercent}` : `${stopSigmas}${least}`;
    return [
      say(path, `is ${stop}: at every leverage down to 1 a ${side} would be liquidated before or too near its stop`),
    ];
  }
  return [];
}

/** The milder rule of each pair has to come first, or one of the two is never what it says; 0 turns one off. */
function checkLosses({ risk }: Config): Explained[] {
  const { dailyLossPercent, dailyLossFlattenPercent, drawdownReducePercent, drawdownHaltPercent } = risk;
  const problems: Explained[] = [];
  if (dailyLossFlattenPercent > 0 && dailyLossFlattenPercent < dailyLossPercent) {
    const wrong = 'nothing is closed before entries halt';
    const text = `is ${dailyLossFlattenPercent}, but risk.dailyLossPercent is ${dailyLossPercent}: ${wrong}`;
    const remedy = `make it at least ${dailyLossPercent}, or 0 to close nothing`;
    problems.push(say(['risk', 'dailyLossFlattenPercent'], `${text}; ${remedy}`));
  }
  if (drawdownHaltPercent > 0 && drawdownHaltPercent <= drawdownReducePercent) {
    const wrong = 'it could never be reached';
    const text = `is ${drawdownReducePercent}, but risk.drawdownHaltPercent is ${drawdownHaltPercent}: ${wrong}`;
    const remedy = `make it less than ${drawdownHaltPercent}, or 0 for none`;
    problems.push(say(['risk', 'drawdownReducePercent'], `${text}; ${remedy}`));
  }
  return problems;
}

function say(path: Path, text: string): Explained {
  return { path, about: 'value', text: `${formatPath(path)} ${text}` };
}
