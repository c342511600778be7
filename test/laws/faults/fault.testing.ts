import type { MarketEvent } from '../../../src/core/engine/event.ts';
import type { Bar } from '../../../src/core/market/bar.ts';
import type { Trade } from '../../../src/core/market/trade.ts';
import { lean } from '../../../src/core/strategies/lean.ts';
import { abstention } from '../../../src/core/strategies/opinions.ts';
import type { Opinion, Strategy, StrategyDefinition } from '../../../src/core/strategies/strategy.ts';
import { minutesOf } from '../bars-from-trades.testing.ts';
import { cleanSystem, knownAtMs, type LawTape, type System } from '../system.testing.ts';

/** A way to look ahead that people really take, and the same thing done honestly: the laws must tell them apart. */
export interface Fault {
  readonly name: string;
  readonly faulty: System;
  readonly honest: System;
}

/** The clean system behind a feed that changes the tape. */
export function feeding(change: (events: readonly MarketEvent[]) => readonly MarketEvent[]): System {
  return (tape) => cleanSystem({ ...tape, events: change(tape.events) });
}

/** The clean system with one more strategy, made for each instrument from the whole tape. */
export function voting(create: (tape: LawTape, symbol: string) => Strategy): System {
  return (tape) => {
    const definition: StrategyDefinition = {
      name: 'planted',
      summary: 'votes for a test',
      scope: 'instrument',
      longestPeriodBars: 0,
      defaults: {},
      parse: () => ({ ok: true, value: {} }),
      create: ({ instrument }) => create(tape, instrument.symbol),
    };
    const seats = [...tape.settings.seats, { definition, weight: 0.2, options: {} }];
    return cleanSystem({ ...tape, settings: { ...tape.settings, seats } });
  };
}

/** Above 0 buys, below sells, 0 or `undefined` abstains. */
type Lean = number | undefined;

/**
 * A column computed over all minutes at once, as in a data frame, and read minute by minute.
 * @param column The lean per minute of `bars`.
 */
export function column(compute: (bars: readonly Bar[]) => readonly Lean[]): System {
  return voting((tape, symbol) => {
    const bars = allMinutesOf(tape, symbol);
    const leans = new Map(compute(bars).map((lean, index) => [bars[index]!.closeTimeMs, lean]));
    return onMinute((bar) => leans.get(bar.closeTimeMs));
  });
}

/** The same read honestly: the last value of the column over the last `lookback` minutes that have closed. */
export function rolling(lookback: number, last: (window: readonly Bar[]) => Lean): System {
  return voting(() => {
    const window: Bar[] = [];
    return onMinute((bar) => {
      window.push(bar);
      if (window.length > lookback) window.shift();
      return window.length < lookback ? undefined : last(window);
    });
  });
}

function onMinute(read: (bar: Bar) => Lean): Strategy {
  let lean: Lean;
  return {
    onBar(bar) {
      if (bar.timeframe === '1m') lean = read(bar);
    },
    get opinion() {
      return opinionOf(lean);
    },
  };
}

const SILENT = abstention('sees nothing');

export function opinionOf(lean: Lean): Opinion {
  if (lean === undefined || lean === 0) return SILENT;
  return { side: lean > 0 ? 'buy' : 'sell', strength: 80, reason: 'planted' };
}

/** The recorded minutes, then those of the trades after them. */
export function allMinutesOf(tape: LawTape, symbol: string): Bar[] {
  const recorded = tape.events.filter((event): event is Bar => event.kind === 'bar' && event.symbol === symbol);
  const trades = tape.events.filter((event): event is Trade => event.kind === 'trade' && event.symbol === symbol);
  const last = tape.events.at(-1);
  return [...recorded, ...minutesOf(trades, last === undefined ? 0 : knownAtMs(last))];
}

/** The way from `base` to `value`, rounding dust left out: averages of other units differ in their last bit. */
export const away = (value: number, base: number): number => lean(value - base, base);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
