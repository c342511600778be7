import { Random } from '../../src/core/simulation/random.ts';
import { barsFromTrades, hasTradesAndBarStrategies } from './bars-from-trades.testing.ts';
import { endingAt, someLaterStart, someMoment, startingAt, turningAt } from './cuts.testing.ts';
import { laterStart } from './later-start.testing.ts';
import { scaled } from './scaled.testing.ts';
import { handedOverDifferently } from './splits.testing.ts';
import { issuedMs, type LawTape, type Outcome, outcomeOf, type System } from './system.testing.ts';
import { difference } from './trace.testing.ts';

/** What a law found. A law that compared nothing has shown nothing: whoever asks looks at the counts too. */
export interface Finding {
  /** The first thing that is not as the law says, in words; `undefined` when it holds. */
  readonly broken: string | undefined;
  readonly votes: number;
  readonly signals: number;
}

export interface Law {
  readonly name: string;
  /** Whether the tape and its strategies have what the law is about; it does when not given. */
  applies?(tape: LawTape): boolean;
  /** @param trials How many random cuts, where the law makes any. */
  check(system: System, tape: LawTape, trials: number): Finding;
}

export const LAWS: readonly Law[] = [
  {
    name: 'same tape, same bytes',
    check(system, tape) {
      const [once, again] = [outcomeOf(system, tape), system(tape)];
      return found(
        once,
        JSON.stringify(once.effects) === JSON.stringify(again.effects) ? sameVotes(once, again) : 'other bytes',
      );
    },
  },
  {
    // What was said up to an event does not change when more events come.
    name: 'prefix',
    check(system, tape, trials) {
      const whole = outcomeOf(system, tape);
      const effects = whole.effects.map((effect) => JSON.stringify(effect));
      const chance = Random.of(1, 'prefix');
      const count = counted();
      for (let trial = 0; trial < trials; trial += 1) {
        const cut = Math.floor(chance.uniform() * tape.events.length);
        const part = system({ ...tape, events: tape.events.slice(0, cut) });
        count.add(part);
        const at = part.effects.findIndex((effect, index) => JSON.stringify(effect) !== effects[index]);
        if (at >= 0) return count.broken(`${cut} events: effect ${at} is ${JSON.stringify(part.effects[at])}`);
        for (const [symbol, trace] of part.votes) {
          const { length } = trace.timeMs;
          const other = difference(whole.votes.get(symbol)!, trace, [0, length], [0, length]);
          if (other !== undefined) return count.broken(`${cut} events: ${other}`);
        }
      }
      return count.held();
    },
  },
  {
    // What is decided up to a moment depends on what is known then: on all of it, and whatever comes after.
    name: 'other future',
    check(system, tape, trials) {
      const whole = outcomeOf(system, tape);
      const chance = Random.of(2, 'other future');
      const count = counted();
      for (let trial = 0; trial < trials; trial += 1) {
        const nowMs = someMoment(tape, chance);
        for (const other of [endingAt(tape, nowMs), turningAt(tape, nowMs, chance)]) {
          const outcome = system(other);
          count.add(outcome);
          const problem = differenceUntil(whole, outcome, nowMs);
          if (problem !== undefined) return count.broken(`cut at ${nowMs}: ${problem}`);
        }
      }
      return count.held();
    },
  },
  {
    name: 'later start',
    check(system, tape, trials) {
      const chance = Random.of(3, 'later start');
      const count = counted();
      for (let trial = 0; trial < Math.ceil(trials / 4); trial += 1) {
        const fromMs = someLaterStart(tape, chance);
        const finding = laterStart(system, tape, startingAt(tape, fromMs), fromMs + tape.warmupMs);
        count.addCounts(finding);
        if (finding.broken !== undefined) return count.broken(`start at ${fromMs}: ${finding.broken}`);
      }
      return count.held();
    },
  },
  {
    name: 'scale',
    check(system, tape) {
      const plain = outcomeOf(system, tape);
      return found(plain, scaled(plain, system, tape));
    },
  },
  {
    name: 'splitting',
    check(system, tape) {
      const plain = outcomeOf(system, tape);
      return found(plain, handedOverDifferently(plain, system, tape, Random.of(4, 'splitting')));
    },
  },
  { name: 'bars from trades', applies: hasTradesAndBarStrategies, check: barsFromTrades },
];

function found({ votes, signals }: Outcome, broken: string | undefined): Finding {
  return { broken, votes: countVotes(votes), signals: signals.length };
}

const countVotes = (votes: Outcome['votes']): number =>
  [...votes.values()].reduce((sum, { lean }) => sum + lean.filter((value) => value !== 0).length, 0);

/** Adds up what the trials of a law compared. */
function counted(): {
  add(outcome: Outcome): void;
  addCounts(counts: Omit<Finding, 'broken'>): void;
  held(): Finding;
  broken(how: string): Finding;
} {
  let [votes, signals] = [0, 0];
  const addCounts = (counts: Omit<Finding, 'broken'>): void => {
    votes += counts.votes;
    signals += counts.signals;
  };
  return {
    add: (outcome) => addCounts(found(outcome, undefined)),
    addCounts,
    held: () => ({ broken: undefined, votes, signals }),
    broken: (how) => ({ broken: how, votes, signals }),
  };
}

function sameVotes(expected: Outcome, actual: Outcome): string | undefined {
  return differenceUntil(expected, actual, Number.MAX_SAFE_INTEGER);
}

/** Votes and signals decided at `nowMs` or before. */
function differenceUntil(expected: Outcome, actual: Outcome, nowMs: number): string | undefined {
  for (const [symbol, trace] of expected.votes) {
    const other = actual.votes.get(symbol)!;
    const [until, otherUntil] = [trace.countBefore(nowMs + 1), other.countBefore(nowMs + 1)];
    const problem = difference(trace, other, [0, until], [0, otherUntil]);
    if (problem !== undefined) return `${symbol} ${problem}`;
  }
  const [mustBe, is] = [expected, actual].map(({ signals }) =>
    JSON.stringify(signals.filter((signal) => issuedMs(signal) <= nowMs)),
  );
  return mustBe === is ? undefined : 'other signals';
}
