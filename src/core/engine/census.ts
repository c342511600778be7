import type { Silence } from '../fusion/silence.ts';
import type { Opinion } from '../strategies/strategy.ts';

/** How often a strategy was asked and what it said. Plain JSON. */
export interface StrategyCensus {
  readonly buy: number;
  readonly sell: number;
  /** By the strategy's own reason. */
  readonly abstained: Readonly<Record<string, number>>;
}

interface Cell {
  count: number;
}

/** One seat's answers. Asked millions of times: the common case, the same abstention again, must cost nothing. */
class SeatCensus {
  buy = 0;
  sell = 0;
  readonly abstained = new Map<string, Cell>();
  #lastReason: string | undefined;
  #lastCell: Cell = { count: 0 };

  abstain(reason: string): void {
    if (reason !== this.#lastReason) {
      let cell = this.abstained.get(reason);
      if (cell === undefined) {
        cell = { count: 0 };
        this.abstained.set(reason, cell);
      }
      this.#lastReason = reason;
      this.#lastCell = cell;
    }
    this.#lastCell.count += 1;
  }
}

/** Counts every answer and every silence, so that "why is there no signal?" has an answer. */
export class Census {
  /** How often fusion ran. */
  fusionRuns = 0;
  readonly silences: Partial<Record<Silence, number>> = {};
  /** Market data that could not be used, by name. */
  readonly problems: Record<string, number> = {};
  readonly #names: readonly string[];
  readonly #seats: readonly SeatCensus[];

  /** @param names The strategies in the order of the seats. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#seats = names.map(() => new SeatCensus());
  }

  /** What each strategy said so far, by name. */
  get strategies(): Readonly<Record<string, StrategyCensus>> {
    const rows = this.#seats.map(({ buy, sell, abstained }, seat) => {
      const reasons = Object.fromEntries([...abstained].map(([reason, { count }]) => [reason, count]));
      return [this.#names[seat]!, { buy, sell, abstained: reasons }] as const;
    });
    return Object.fromEntries(rows);
  }

  countOpinions(opinions: readonly Opinion[]): void {
    this.fusionRuns += 1;
    for (let seat = 0; seat < opinions.length; seat += 1) {
      const opinion = opinions[seat]!;
      const row = this.#seats[seat]!;
      if (opinion.side === undefined) row.abstain(opinion.reason);
      else if (opinion.side === 'buy') row.buy += 1;
      else row.sell += 1;
    }
  }

  countSilence(silence: Silence): void {
    this.silences[silence] = (this.silences[silence] ?? 0) + 1;
  }

  countProblem(name: string): void {
    this.problems[name] = (this.problems[name] ?? 0) + 1;
  }
}
