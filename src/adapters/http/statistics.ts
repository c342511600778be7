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

/** A strategy that was asked less often may well be silent by chance, or because the program has just started. */
const ASKED_OFTEN = 100;

/**
 * "Why is there no signal?" in a few sentences, from what was counted. Trouble leads: while the journal cannot write
 * or data are missing, no count explains anything.
 */
export function explain(facts: {
  readonly liveCount: number;
  readonly issuedCount: number;
  /** Why signals are kept from the clients of the guide: an executor has the account, or it is halted. */
  readonly keptBack: string | undefined;
  /** What health complains about. */
  readonly troubles: readonly string[];
  /** False once the journal has failed: no decision is taken any more. */
  readonly deciding: boolean;
  readonly statistics: EngineStatistics;
}): string {
  const { liveCount, issuedCount, keptBack, troubles, deciding, statistics } = facts;
  const sentences = troubles.map((trouble) => `Trouble: ${trouble}.`);
  if (!deciding) sentences.push('No signal is issued until that is repaired and Tapewire started again.');
  sentences.push(
    `${liveCount === 0 ? 'No live signal' : counted(liveCount, 'live signal')} now, ${issuedCount} issued in all.`,
    ...(keptBack === undefined ? [] : [`The guide's routes show none: ${keptBack}.`]),
    ...decisions(statistics),
    ...silentStrategies(statistics),
  );
  return sentences.join(' ');
}

function decisions({ fusionRuns, silences }: EngineStatistics): string[] {
  if (fusionRuns === 0) {
    return [
      'The strategies have not been asked yet: they are asked every second while market data arrive, and when a bar closes.',
    ];
  }
  // Decisions about the past are no answer to why there is no signal now; their looks are not counted either.
  const reasons = ranked(silences).filter(([reason, count]) => count > 0 && reason !== 'catching_up');
  const asked = `The strategies were asked ${times(fusionRuns)} since the start`;
  if (reasons.length === 0) return [`${asked}.`];
  const frequent = reasons.slice(0, 3).map(([reason, count]) => `${meaningOf(reason)} (${reason}, ${times(count)})`);
  const lead = reasons.length > 3 ? 'What most often stood' : 'What stood';
  return [`${asked}. ${lead} against a signal: ${frequent.join('; ')}.`];
}

function meaningOf(reason: string): string {
  return (SILENCES as Readonly<Partial<Record<string, string>>>)[reason] ?? reason;
}

function silentStrategies({ strategies }: EngineStatistics): string[] {
  return Object.entries(strategies).flatMap(([name, said]) => {
    const [top] = ranked(said.abstained);
    const asked = Object.values(said.abstained).reduce((sum, count) => sum + count, 0);
    if (said.buy + said.sell > 0 || top === undefined || asked < ASKED_OFTEN) return [];
    return [`${name} has not voted yet, mostly: ${top[0]}.`];
  });
}

function ranked(counts: Readonly<Partial<Record<string, number>>>): [string, number][] {
  return Object.entries(counts)
    .map(([reason, times]): [string, number] => [reason, times ?? 0])
    .sort((a, b) => b[1] - a[1]);
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
