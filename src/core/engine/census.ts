import type { Silence } from '../fusion/silence.ts';
import type { Opinion } from '../strategies/strategy.ts';

/** How often a strategy was asked and what it said. Plain JSON. */
export interface StrategyCensus {
  buy: number;
  sell: number;
  /** By the strategy's own reason. */
  readonly abstained: Record<string, number>;
}

/** Counts every answer and every silence, so that "why is there no signal?" has an answer. Plain JSON inside. */
export class Census {
  /** How often fusion ran. */
  fusionRuns = 0;
  readonly silences: Partial<Record<Silence, number>> = {};
  /** Market data that could not be used, by name. */
  readonly problems: Record<string, number> = {};
  readonly strategies: Record<string, StrategyCensus> = {};
  readonly #names: readonly string[];

  /** @param names The strategies in the order of the seats. */
  constructor(names: readonly string[]) {
    this.#names = names;
    for (const name of names) this.strategies[name] = { buy: 0, sell: 0, abstained: {} };
  }

  countOpinions(opinions: readonly Opinion[]): void {
    this.fusionRuns += 1;
    for (let seat = 0; seat < opinions.length; seat += 1) {
      const { side, reason } = silent(opinions[seat]!);
      const row = this.strategies[this.#names[seat]!]!;
      if (side === 'buy') row.buy += 1;
      else if (side === 'sell') row.sell += 1;
      else row.abstained[reason] = (row.abstained[reason] ?? 0) + 1;
    }
  }

  countSilence(silence: Silence): void {
    this.silences[silence] = (this.silences[silence] ?? 0) + 1;
  }

  countProblem(name: string): void {
    this.problems[name] = (this.problems[name] ?? 0) + 1;
  }
}

/** A vote's reason is built on demand and nobody reads it here. */
function silent(opinion: Opinion): { side: Opinion['side']; reason: string } {
  return opinion.side === undefined ? opinion : { side: opinion.side, reason: '' };
}
