import type { Silence } from '../fusion/silence.ts';
import { MINUTE_MS } from '../market/timeframe.ts';
import type { Opinion } from '../strategies/strategy.ts';

/** How often a strategy was asked and what it said. Plain JSON. */
export interface StrategyCensus {
  readonly buy: number;
  readonly sell: number;
  /** By the strategy's own reason. */
  readonly abstained: Readonly<Record<string, number>>;
}

/** A strategy that puts numbers into its reasons would otherwise make a name of every one of them. */
const NAMES_MAX = 200;
const OTHER_NAMES = 'other reasons';

/** Counts by name, millions of times: the common case, the same name again, must cost nothing. */
class Tally<Name extends string> {
  readonly #cells = new Map<Name, { count: number }>();
  #lastName: Name | undefined;
  #lastCell = { count: 0 };

  /** In the order in which the names first came. */
  get counts(): Partial<Record<Name, number>> {
    const rows = [...this.#cells].map(([name, { count }]) => [name, count]);
    return Object.fromEntries(rows) as Partial<Record<Name, number>>;
  }

  add(name: Name): void {
    if (name !== this.#lastName) {
      const known = this.#cells.has(name) || this.#cells.size < NAMES_MAX ? name : (OTHER_NAMES as Name);
      let cell = this.#cells.get(known);
      if (cell === undefined) {
        cell = { count: 0 };
        this.#cells.set(known, cell);
      }
      this.#lastName = name;
      this.#lastCell = cell;
    }
    this.#lastCell.count += 1;
  }
}

/** One seat's answers. */
class SeatCensus {
  buy = 0;
  sell = 0;
  readonly abstained = new Tally<string>();
}

/** What became of the looks at the votes in one market minute. */
export interface CensusMinute {
  readonly fromMs: number;
  readonly signals: number;
  readonly silences: Readonly<Partial<Record<Silence, number>>>;
}

const MINUTES_KEPT = 60;

/** Counts every answer and every silence, so that "why is there no signal?" has an answer. */
export class Census {
  /** How often fusion ran. */
  fusionRuns = 0;
  /** Looks at the votes before this market time are not counted: they warm up, and nobody waits for a signal of them. */
  fromMs = 0;
  /** Market data that could not be used, by name. */
  readonly problems: Record<string, number> = {};
  readonly #names: readonly string[];
  readonly #seats: readonly SeatCensus[];
  readonly #silences = new Tally<Silence>();
  #signals = 0;
  readonly #minutes: CensusMinute[] = [];
  #minuteMs = Number.NEGATIVE_INFINITY;
  #before: { readonly signals: number; readonly silences: Partial<Record<Silence, number>> } = {
    signals: 0,
    silences: {},
  };

  /** @param names The strategies in the order of the seats. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#seats = names.map(() => new SeatCensus());
  }

  /** What each strategy said so far, by name. */
  get strategies(): Readonly<Record<string, StrategyCensus>> {
    const rows = this.#seats.map(
      ({ buy, sell, abstained }, seat) => [this.#names[seat]!, { buy, sell, abstained: abstained.counts }] as const,
    );
    return Object.fromEntries(rows) as Record<string, StrategyCensus>;
  }

  /** Why a look at the votes led to no signal, by name. */
  get silences(): Partial<Record<Silence, number>> {
    return this.#silences.counts;
  }

  /** The last market minutes that are over and were counted in, oldest first, at most 60. */
  get minutes(): readonly CensusMinute[] {
    return this.#minutes;
  }

  /** Market time has come this far: what was counted until now belongs to minutes before it. */
  passTo(nowMs: number): void {
    const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    if (minuteMs <= this.#minuteMs) return;
    const { silences } = this;
    const signals = this.#signals;
    if (this.#minuteMs + MINUTE_MS > this.fromMs) {
      const since = Object.entries(silences).map(([name, count]) => {
        return [name, count - (this.#before.silences[name as Silence] ?? 0)] as const;
      });
      this.#minutes.push({
        fromMs: this.#minuteMs,
        signals: signals - this.#before.signals,
        silences: Object.fromEntries(since.filter(([, count]) => count > 0)),
      });
      if (this.#minutes.length > MINUTES_KEPT) this.#minutes.shift();
    }
    this.#before = { signals, silences };
    this.#minuteMs = minuteMs;
  }

  countSignal(): void {
    this.#signals += 1;
  }

  countOpinions(opinions: readonly Opinion[]): void {
    this.fusionRuns += 1;
    for (let seat = 0; seat < opinions.length; seat += 1) {
      const opinion = opinions[seat]!;
      const row = this.#seats[seat]!;
      if (opinion.side === undefined) row.abstained.add(opinion.reason);
      else if (opinion.side === 'buy') row.buy += 1;
      else row.sell += 1;
    }
  }

  countSilence(silence: Silence): void {
    this.#silences.add(silence);
  }

  countProblem(name: string): void {
    this.problems[name] = (this.problems[name] ?? 0) + 1;
  }
}
