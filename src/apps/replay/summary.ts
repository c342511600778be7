import type { Tape } from '../../adapters/replay/tape.ts';
import type { Census } from '../../core/engine/census.ts';
import { SILENCES, type Silence } from '../../core/fusion/silence.ts';
import type { Signal } from '../../core/signals/signal.ts';

/** Signals by symbol and side. */
export class SignalCount {
  readonly #bySymbol = new Map<string, { buy: number; sell: number }>();
  total = 0;

  add({ symbol, side }: Signal): void {
    const row = this.#bySymbol.get(symbol) ?? { buy: 0, sell: 0 };
    row[side] += 1;
    this.#bySymbol.set(symbol, row);
    this.total += 1;
  }

  get text(): string {
    if (this.total === 0) return 'none';
    const rows = [...this.#bySymbol].map(([symbol, { buy, sell }]) => `${symbol} ${buy} buy ${sell} sell`);
    return `${this.total}   ${rows.join(', ')}`;
  }
}

export interface SummaryFacts {
  readonly tape: Pick<Tape, 'label' | 'progress' | 'summaries'>;
  readonly signals: SignalCount;
  readonly census: Census;
  readonly tookMs: number;
  readonly sha256: string;
}

/** What a replay has to say at its end. Measured, all of it. */
export function replaySummary({ tape, signals, census, tookMs, sha256 }: SummaryFacts): string {
  const { rowCount } = tape.progress;
  const times = tape.summaries.flatMap(({ firstTimeMs, lastTimeMs }) =>
    firstTimeMs === undefined || lastTimeMs === undefined ? [] : [firstTimeMs, lastTimeMs],
  );
  const span =
    times.length === 0 ? 'nothing' : `${isoOf(Math.min(...times))} to ${isoOf(Math.max(...times))} (${spanOf(times)})`;
  const perSecond = Math.round(rowCount / (tookMs / 1000));
  const lines = [
    `tape         REPLAY ${tape.label}`,
    `rows         ${rowCount} in ${(tookMs / 1000).toFixed(2)} s, ${perSecond} a second`,
    `span         ${span}`,
    `signals      ${signals.text}`,
    `votes        weighed ${census.fusionRuns} times`,
  ];
  const silences = Object.entries(census.silences).sort(([, a], [, b]) => b - a);
  for (const [name, count] of silences) {
    lines.push(`  silent     ${name} ${count}: ${SILENCES[name as Silence]}`);
  }
  for (const [name, { buy, sell, abstained }] of Object.entries(census.strategies)) {
    const top = Object.entries(abstained).sort(([, a], [, b]) => b - a);
    const why = top.map(([reason, count]) => `${reason} ${count}`).join(', ');
    lines.push(`  strategy   ${name}: ${buy} buy, ${sell} sell${why === '' ? '' : `; silent: ${why}`}`);
  }
  for (const [name, count] of Object.entries(census.problems)) lines.push(`  problem    ${name} ${count}`);
  for (const { name, problems } of tape.summaries) {
    for (const problem of problems) {
      const where = problem.firstLine > 0 ? `, first in line ${problem.firstLine}` : '';
      const detail = problem.detail === '' ? '' : `: ${problem.detail}`;
      lines.push(`  problem    ${name}: ${problem.name} ${problem.count}${where}${detail}`);
    }
  }
  lines.push(`sha256       ${sha256} of the signals`);
  return `${lines.join('\n')}\n`;
}

/** The tapes that broke off, for the last word of a run; `undefined` when all were read to their ends. */
export function damageOf(summaries: Tape['summaries']): string | undefined {
  const torn = summaries.flatMap(({ name, problems }) =>
    problems
      .filter((problem) => problem.name === 'cut short or damaged')
      .map(({ firstLine }) => `${name} in line ${firstLine}`),
  );
  if (torn.length === 0) return undefined;
  return `the tape is cut short or damaged, and what was read before stands: ${torn.join(', ')}`;
}

const isoOf = (timeMs: number): string => new Date(timeMs).toISOString();

function spanOf(times: readonly number[]): string {
  const minutes = (Math.max(...times) - Math.min(...times)) / 60_000;
  if (minutes < 120) return `${minutes.toFixed(1)} minutes`;
  return minutes < 2_880 ? `${(minutes / 60).toFixed(1)} hours` : `${(minutes / 1440).toFixed(1)} days`;
}
