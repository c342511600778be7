import { SILENCES, type Silence } from '../../core/fusion/silence.ts';
import type { Signal } from '../../core/signals/signal.ts';
import type { ReplayRun } from './run.ts';

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
  readonly run: Pick<ReplayRun, 'label' | 'progress' | 'census' | 'span' | 'remarks'>;
  readonly signals: SignalCount;
  readonly tookMs: number;
  readonly sha256: string;
}

/** What a replay has to say at its end. Measured, all of it. */
export function replaySummary({ run, signals, tookMs, sha256 }: SummaryFacts): string {
  const { census, span } = run;
  const { rowCount } = run.progress;
  const perSecond = Math.round(rowCount / (tookMs / 1000));
  const lines = [
    `tape         REPLAY ${run.label}`,
    `rows         ${rowCount} in ${(tookMs / 1000).toFixed(2)} s, ${perSecond} a second`,
    `span         ${span === undefined ? 'nothing' : `${isoOf(span[0])} to ${isoOf(span[1])} (${lengthOf(span)})`}`,
    `signals      ${signals.text}`,
    `votes        weighed ${census.fusionRuns} times`,
  ];
  const silences = Object.entries(census.silences).sort(([, a], [, b]) => (b ?? 0) - (a ?? 0));
  for (const [name, count] of silences) {
    lines.push(`  silent     ${name} ${count}: ${SILENCES[name as Silence]}`);
  }
  for (const [name, { buy, sell, abstained }] of Object.entries(census.strategies)) {
    const top = Object.entries(abstained).sort(([, a], [, b]) => b - a);
    const why = top.map(([reason, count]) => `${reason} ${count}`).join(', ');
    lines.push(`  strategy   ${name}: ${buy} buy, ${sell} sell${why === '' ? '' : `; silent: ${why}`}`);
  }
  for (const [name, count] of Object.entries(census.problems)) lines.push(`  problem    ${name} ${count}`);
  lines.push(...run.remarks, `sha256       ${sha256} of the signals`);
  return `${lines.join('\n')}\n`;
}

const isoOf = (timeMs: number): string => new Date(timeMs).toISOString();

function lengthOf([firstMs, lastMs]: readonly [number, number]): string {
  const minutes = (lastMs - firstMs) / 60_000;
  if (minutes < 120) return `${minutes.toFixed(1)} minutes`;
  return minutes < 2_880 ? `${(minutes / 60).toFixed(1)} hours` : `${(minutes / 1440).toFixed(1)} days`;
}
