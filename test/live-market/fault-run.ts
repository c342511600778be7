import { Random } from '../../src/core/simulation/random.ts';
import type { Fault } from '../venue/faults.ts';
import { FAULT_CASES, type FaultCase, NEXT_TRADE_MS } from './fault-cases.ts';
import { Played } from './played.ts';

export interface FaultOptions {
  readonly each: number;
  readonly seed: number;
  /** Only cases whose name holds this; all when absent. */
  readonly only?: string | undefined;
  /** Only cases from this to that one, counted from 1. */
  readonly from?: number;
  readonly to?: number;
  /** Told every problem as it is found, and how each kind ended. */
  readonly onProgress?: (line: string) => void;
}

export interface CaseResult {
  readonly injected: number;
  readonly noticed: number;
  readonly noticed_ms_max: number;
  readonly within_ms: number;
}

export interface FaultResult {
  readonly cases: Readonly<Record<string, CaseResult>>;
  readonly injected: number;
  readonly bars: number;
  readonly signals: number;
  /** Anything but empty is a failure. */
  readonly problems: readonly string[];
}

/**
 * Injects every kind of fault, one after the other, into runs that must never be restarted: one for the faults of instruments,
 * one for those of connections. The latter strike all instruments at once, and four show it as well as sixteen.
 */
export async function runFaults({
  only,
  from = 1,
  to = FAULT_CASES.length,
  ...rest
}: FaultOptions): Promise<FaultResult> {
  const cases = FAULT_CASES.slice(from - 1, to).filter(({ name }) => only === undefined || name.includes(only));
  const groups = [
    { cases: cases.filter(({ ofOneInstrument }) => ofOneInstrument), instruments: 16, stepMs: 50 },
    { cases: cases.filter(({ ofOneInstrument }) => !ofOneInstrument), instruments: 4, stepMs: 100 },
  ];
  let all: FaultResult = { cases: {}, injected: 0, bars: 0, signals: 0, problems: [] };
  for (const group of groups.filter((each) => each.cases.length > 0)) {
    const result = await runGroup(group, rest);
    all = {
      cases: { ...all.cases, ...result.cases },
      injected: all.injected + result.injected,
      bars: all.bars + result.bars,
      signals: all.signals + result.signals,
      problems: [...all.problems, ...result.problems],
    };
  }
  return all;
}

interface Group {
  readonly cases: readonly FaultCase[];
  readonly instruments: number;
  /** Market time per step. */
  readonly stepMs: number;
}

async function runGroup(
  { cases, instruments, stepMs }: Group,
  { each, seed, onProgress }: Pick<FaultOptions, 'each' | 'seed' | 'onProgress'>,
): Promise<FaultResult> {
  const chance = Random.of(seed, 'faults');
  const problems: string[] = [];
  const complain = (problem: string): void => {
    problems.push(problem);
    onProgress?.(`failed: ${problem}`);
  };
  /** By instrument, when its last fault struck. */
  const struckMs = new Map<string, number>();
  const results: Record<string, CaseResult> = {};
  const played = await Played.open(
    { instruments, seed, tradesPerSecond: instruments * 8 },
    { market: { historyMinutes: 30, depthInstruments: instruments, depthSpeed: '100ms' } },
    stepMs,
  );
  try {
    await played.advanceUntilLive();
    // What is usual must be known before what is unusual can be noticed.
    await played.advance(20_000);
    for (const faultCase of cases) {
      const result = await runCase(played, faultCase, each, chance, struckMs, complain);
      results[faultCase.name] = result;
      onProgress?.(`${faultCase.name}: ${result.noticed} of ${result.injected}, slowest ${result.noticed_ms_max} ms`);
    }
    const { witness, stand, venue } = played;
    const healed = await played.advanceUntil(() => stand.feed.status.doubts?.length === 0, 200_000);
    if (healed === undefined) complain(`never healed: ${JSON.stringify(stand.feed.status.doubts)}`);
    const signalsBefore = stand.signals.length;
    await played.advance(5_000);
    if (stand.signals.length === signalsBefore) complain('no signal came after everything was over');
    for (const wrong of witness.wrongBars(venue)) complain(`wrong bar: ${wrong}`);
    for (const { symbol, stampUs } of witness.inDoubt(stand.signals)) complain(`signal in doubt: ${symbol} ${stampUs}`);
    const injected = Object.values(results).reduce((sum, result) => sum + result.injected, 0);
    return { cases: results, injected, bars: witness.bars.length, signals: stand.signals.length, problems };
  } finally {
    await played.close();
  }
}

async function runCase(
  played: Played,
  faultCase: FaultCase,
  times: number,
  chance: Random,
  struckMs: Map<string, number>,
  complain: (problem: string) => void,
): Promise<CaseResult> {
  const { name, order, ofOneInstrument, shows, withinMs, standsMs, recoversWithinMs } = faultCase;
  let [noticed, slowestMs] = [0, 0];
  for (let time = 0; time < times; time += 1) {
    const symbol = played.symbols[Math.floor(chance.uniform() * played.symbols.length)]!;
    // What goes silent just before a minute ends is not to be told from a quiet market, and its bar would be wrong.
    if (order.kind === 'silence') await played.advanceUntil(() => played.nowMs % 60_000 < 45_000, 20_000);
    const one = order.symbol ?? symbol;
    // Nobody believes what is in doubt already: a fault that strikes it need not show. Nor need one that strikes before the last
    // was seen through: an old id may be just that of the trade which the last one took away.
    if (ofOneInstrument) {
      const seenThroughMs = (struckMs.get(one) ?? Number.NEGATIVE_INFINITY) + NEXT_TRADE_MS;
      await played.advanceUntil(() => played.nowMs >= seenThroughMs && isTrusted(played, one), recoversWithinMs);
    }
    const before = shownCount(played, shows);
    const countsBefore = countsOf(played);
    const isOfOne = ofOneInstrument && !order.stream?.startsWith('!');
    const fault = played.venue.fault(isOfOne ? { ...order, symbol: one } : order);
    // A clock that is wrong is wrong at once.
    const struck = order.kind === 'skew' ? 0 : await played.advanceUntil(() => fault.struck > 0, 60_000);
    if (struck === undefined) {
      complain(`${name}: it never struck`);
      fault.stop();
      continue;
    }
    struckMs.set(one, played.nowMs);
    const tookMs = await played.advanceUntil(() => shownCount(played, shows) > before, withinMs);
    if (tookMs === undefined) {
      const instead = changes(countsBefore, countsOf(played));
      complain(`${name} ${time} of ${one} at ${played.nowMs}: not noticed within ${withinMs} ms, but ${instead}`);
    } else {
      noticed += 1;
      slowestMs = Math.max(slowestMs, tookMs);
    }
    await takeBack(played, fault, standsMs);
    // Faults of one instrument may follow each other: each heals alone. Those of a connection need it to be up again.
    const quiet = ofOneInstrument ? () => !fault.active : () => settled(played);
    if ((await played.advanceUntil(quiet, recoversWithinMs)) === undefined) {
      const { doubts, reason } = played.stand.feed.status;
      complain(`${name} ${time}: not over after ${recoversWithinMs} ms: ${reason} ${JSON.stringify(doubts)}`);
    }
  }
  return { injected: times, noticed, noticed_ms_max: slowestMs, within_ms: withinMs };
}

async function takeBack(played: Played, fault: Fault, standsMs: number | undefined): Promise<void> {
  if (standsMs === undefined) return;
  await played.advance(standsMs);
  fault.stop();
}

function isTrusted({ stand }: Played, symbol: string): boolean {
  const { lines, doubts } = stand.feed.market.live;
  const isDoubted = doubts.standing.some(({ symbols }) => symbols === undefined || symbols.includes(symbol));
  return lines.get(symbol)?.phase === 'live' && !isDoubted;
}

/** Everything is connected again and can be acted on. */
function settled({ stand }: Played): boolean {
  const { measures, doubts } = stand.feed.status;
  return measures!.connections_open === measures!.connections_wanted && doubts!.length === 0;
}

/** Whatever the feed counts, by name. */
function countsOf({ stand }: Played): Readonly<Record<string, number>> {
  const { live } = stand.feed.market;
  const doubts = Object.entries(live.doubts.counts).map(([name, count]) => [`doubt ${name}`, count]);
  return { ...stand.feed.status.problems, ...Object.fromEntries(doubts), 'came twice': live.overlapped };
}

function changes(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): string {
  const changed = Object.entries(after).filter(([name, count]) => count !== (before[name] ?? 0));
  return (
    changed.map(([name, count]) => `${name} +${count - (before[name] ?? 0)}`).join(', ') || 'nothing else was either'
  );
}

function shownCount({ stand }: Played, shows: readonly string[]): number {
  const { problems } = stand.feed.status;
  const { counts } = stand.feed.market.live.doubts;
  let count = 0;
  for (const name of shows) count += name.startsWith('doubt ') ? (counts[name.slice(6)] ?? 0) : (problems[name] ?? 0);
  return count;
}
