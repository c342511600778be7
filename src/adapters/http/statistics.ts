import { SILENCES } from '../../core/fusion/silence.ts';
import type { EngineStatistics } from './api-house.ts';

/** The engine's counts in the words of the wire. Reasons are sorted: the most frequent first. */
export function statisticsFields(statistics: EngineStatistics) {
  const strategies = Object.entries(statistics.strategies).map(([name, said]) => [
    name,
    { buy_votes: said.buy, sell_votes: said.sell, abstentions: Object.fromEntries(ranked(said.abstained)) },
  ]);
  return {
    fusion_runs: statistics.fusionRuns,
    silences: Object.fromEntries(ranked(statistics.silences)),
    strategies: Object.fromEntries(strategies),
    market_data_problems: Object.fromEntries(ranked(statistics.problems)),
  };
}

/**
 * "Why is there no signal?" in a few sentences, from what was counted. Market trouble comes first: while data are
 * missing, no count explains anything.
 */
export function explain(facts: {
  readonly liveCount: number;
  readonly issuedCount: number;
  /** What health complains about. */
  readonly troubles: readonly string[];
  readonly statistics: EngineStatistics;
}): string {
  const { liveCount, issuedCount, troubles, statistics } = facts;
  const sentences = [
    `${liveCount === 0 ? 'No live signal' : counted(liveCount, 'live signal')} now, ${issuedCount} issued in all.`,
  ];
  for (const trouble of troubles) sentences.push(`Trouble: ${trouble}.`);
  sentences.push(...decisions(statistics), ...silentStrategies(statistics));
  return sentences.join(' ');
}

function decisions({ fusionRuns, silences }: EngineStatistics): string[] {
  if (fusionRuns === 0) return ['The strategies have not been asked yet.'];
  const reasons = ranked(silences);
  const asked = `The strategies were asked ${counted(fusionRuns, 'time')} since the start`;
  if (reasons.length === 0) return [`${asked}.`];
  const frequent = reasons.slice(0, 3).map(([reason, times]) => `${meaningOf(reason)} (${reason}, ${times} times)`);
  return [`${asked}. What most often stood against a signal: ${frequent.join('; ')}.`];
}

function meaningOf(reason: string): string {
  return (SILENCES as Readonly<Partial<Record<string, string>>>)[reason] ?? reason;
}

function silentStrategies({ strategies }: EngineStatistics): string[] {
  return Object.entries(strategies).flatMap(([name, said]) => {
    const [top] = ranked(said.abstained);
    return said.buy + said.sell > 0 || top === undefined ? [] : [`${name} has not voted yet, mostly: ${top[0]}.`];
  });
}

function ranked(counts: Readonly<Partial<Record<string, number>>>): [string, number][] {
  return Object.entries(counts)
    .map(([reason, times]): [string, number] => [reason, times ?? 0])
    .sort((a, b) => b[1] - a[1]);
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
