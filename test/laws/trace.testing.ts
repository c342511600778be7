import { TIMEFRAMES } from '../../src/core/market/timeframe.ts';
import type { Opinion, Strategy, StrategyContext, StrategyDefinition } from '../../src/core/strategies/strategy.ts';

/**
 * Every opinion that fusion read of one instrument, in the order of reading. A law on votes sees a leak long before it is
 * large enough to make or break a signal.
 */
export class Trace {
  /** Market time of the decision, per reading. */
  readonly timeMs: number[] = [];
  /** Who was asked: 10 * seat + place of the timeframe of the instance. */
  readonly seat: number[] = [];
  /** -100 to -1 sells, 1 to 100 buys, 0 abstains. A vote of strength 0 counts as 1. */
  readonly lean: number[] = [];
  /** Set by whichever strategy of the instrument hears of it first: all hear of it before the first is asked. */
  nowMs = 0;

  note(seat: number, opinion: Opinion): void {
    this.timeMs.push(this.nowMs);
    this.seat.push(seat);
    if (opinion.side === undefined) this.lean.push(0);
    else this.lean.push(Math.max(opinion.strength, 1) * (opinion.side === 'buy' ? 1 : -1));
  }

  /** How many readings there were before `timeMs`. */
  countBefore(timeMs: number): number {
    let [low, high] = [0, this.timeMs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.timeMs[middle]! < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The same strategy, with every reading of its opinion written down. */
export function traced(
  definition: StrategyDefinition,
  seat: number,
  traceOf: (symbol: string) => Trace,
): StrategyDefinition {
  const create = (context: StrategyContext, options: unknown): Strategy => {
    const strategy = definition.create(context, options);
    const trace = traceOf(context.instrument.symbol);
    const code = 10 * seat + TIMEFRAMES.indexOf(context.timeframe);
    const outer: { -readonly [Key in keyof Strategy]: Strategy[Key] } = {
      get opinion(): Opinion {
        const { opinion } = strategy;
        trace.note(code, opinion);
        return opinion;
      },
    };
    // Only the hooks that are there: the desk treats a strategy without bars differently.
    if (strategy.onTrade !== undefined) outer.onTrade = (trade) => strategy.onTrade!(trade);
    if (strategy.onQuote !== undefined) outer.onQuote = (quote) => strategy.onQuote!(quote);
    if (strategy.onBook !== undefined) outer.onBook = (book) => strategy.onBook!(book);
    if (strategy.onBar !== undefined) {
      outer.onBar = (bar) => {
        trace.nowMs = bar.closeTimeMs;
        strategy.onBar!(bar);
      };
    }
    outer.onSecond = (secondMs) => {
      trace.nowMs = secondMs;
      strategy.onSecond?.(secondMs);
    };
    return outer;
  };
  return { ...definition, create };
}

/**
 * Where two traces differ first, in words; `undefined` when they are the same.
 * @param within How far strengths may differ while the side is the same.
 */
export function difference(
  expected: Trace,
  actual: Trace,
  [expectedFrom, expectedTo]: readonly [number, number],
  [actualFrom, actualTo]: readonly [number, number],
  within = 0,
): string | undefined {
  const count = Math.min(expectedTo - expectedFrom, actualTo - actualFrom);
  for (let at = 0; at < count; at += 1) {
    const [i, j] = [expectedFrom + at, actualFrom + at];
    const [mustBe, is] = [expected.lean[i]!, actual.lean[j]!];
    const same =
      expected.timeMs[i] === actual.timeMs[j] &&
      expected.seat[i] === actual.seat[j] &&
      Math.sign(mustBe) === Math.sign(is) &&
      Math.abs(mustBe - is) <= within;
    if (!same)
      return `seat ${expected.seat[i]} at ${expected.timeMs[i]}: ${mustBe}, then seat ${actual.seat[j]} at ${actual.timeMs[j]}: ${is}`;
  }
  const [wanted, got] = [expectedTo - expectedFrom, actualTo - actualFrom];
  return wanted === got ? undefined : `${wanted} votes became ${got}`;
}
