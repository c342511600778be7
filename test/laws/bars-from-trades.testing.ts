import type { EngineSettings } from '../../src/core/engine/settings.ts';
import type { Bar } from '../../src/core/market/bar.ts';
import { MINUTE_MS } from '../../src/core/market/timeframe.ts';
import type { Trade } from '../../src/core/market/trade.ts';
import { endingAt } from './cuts.testing.ts';
import type { Finding } from './laws.testing.ts';
import { knownAtMs, type LawTape, type System } from './system.testing.ts';
import { difference, Trace } from './trace.testing.ts';

/**
 * Whether bars are built from trades or come recorded, bar strategies vote the same at every close, and with the horizon of
 * one minute they give the same signals. (A 3m horizon is also looked at within its bars while trades flow.)
 */
export function barsFromTrades(system: System, tape: LawTape): Finding {
  const settings = { ...tape.settings, timeframes: ['1m'] as const, seats: barSeats(tape) };
  const trades = tape.events.filter((event): event is Trade => event.kind === 'trade');
  const history = tape.events.filter((event): event is Bar => event.kind === 'bar');
  const untilMs = Math.floor(trades.at(-1)!.eventTimeMs / MINUTE_MS) * MINUTE_MS;
  const fromTrades: LawTape = { ...tape, settings, events: [...history, ...trades] };
  const fromBars: LawTape = { ...tape, settings, events: [...history, ...minutesOf(trades, untilMs)] };

  const [built, recorded] = [system(endingAt(fromTrades, untilMs)), system(fromBars)];
  let votes = 0;
  for (const [symbol, trace] of recorded.votes) {
    const atCloses = onlyAtCloses(built.votes.get(symbol)!);
    const problem = difference(trace, atCloses, [0, trace.timeMs.length], [0, atCloses.timeMs.length]);
    if (problem !== undefined) return { broken: `${symbol} ${problem}`, votes, signals: 0 };
    votes += trace.timeMs.length;
  }
  const same = JSON.stringify(built.signals) === JSON.stringify(recorded.signals);
  return { broken: same ? undefined : 'other signals', votes, signals: recorded.signals.length };
}

export const hasTradesAndBarStrategies = (tape: LawTape): boolean =>
  barSeats(tape).length > 0 && tape.events.some((event) => event.kind === 'trade');

function barSeats({ settings, instruments }: LawTape): EngineSettings['seats'] {
  const context = { instrument: instruments[0]!, timeframe: '1m' } as const;
  return settings.seats.filter(({ definition, options }) => definition.create(context, options).onBar !== undefined);
}

/** Minute bars in the plainest way: everything at hand at once. Known at their closes, in that order. */
export function minutesOf(trades: readonly Trade[], untilMs: number): Bar[] {
  const groups = new Map<string, Trade[]>();
  for (const trade of trades) {
    if (trade.eventTimeMs >= untilMs) continue;
    const key = `${trade.symbol} ${Math.floor(trade.eventTimeMs / MINUTE_MS)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [trade]);
    else group.push(trade);
  }
  const bars = [...groups.values()].map((group): Bar => {
    const openTimeMs = Math.floor(group[0]!.eventTimeMs / MINUTE_MS) * MINUTE_MS;
    const prices = group.map((trade) => trade.price);
    const total = (some: readonly Trade[]): number => some.reduce((sum, trade) => sum + trade.size, 0);
    return {
      kind: 'bar',
      symbol: group[0]!.symbol,
      timeframe: '1m',
      openTimeMs,
      closeTimeMs: openTimeMs + MINUTE_MS,
      open: prices[0]!,
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1)!,
      volume: total(group),
      buyVolume: total(group.filter((trade) => trade.aggressor === 'buy')),
    };
  });
  return bars.sort((a, b) => knownAtMs(a) - knownAtMs(b));
}

function onlyAtCloses(trace: Trace): Trace {
  const closes = new Trace();
  trace.timeMs.forEach((timeMs, at) => {
    if (timeMs % MINUTE_MS !== 0) return;
    closes.timeMs.push(timeMs);
    closes.seat.push(trace.seat[at]!);
    closes.lean.push(trace.lean[at]!);
  });
  return closes;
}
