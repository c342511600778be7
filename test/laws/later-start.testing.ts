import type { Signal } from '../../src/core/signals/signal.ts';
import type { Finding } from './laws.testing.ts';
import { issuedMs, type LawTape, type Outcome, outcomeOf, type System } from './system.testing.ts';
import { difference } from './trace.testing.ts';

/** How far strengths may lie apart after the declared warm-up, of 100. */
const WITHIN = 0.1;

/**
 * Who starts later says the same once it is warm. The cool-down makes this subtle: a signal silences the symbol for a
 * while, so one signal that only the earlier start gave could shift all that follow, though every decision was the same.
 * Hence three statements, from `warmMs` on:
 *
 *   votes       the same seats are asked at the same times, the same side, strength within 0.1
 *   decisions   without any cool-down, the same signals: instrument, time, timeframe, side, strength within 0.1
 *   signals     with the cool-down, the same, from the first decision on that neither run's signals reach: by then
 *               both are out of every cool-down, both take that decision, and each signal after it follows from equal ones
 */
export function laterStart(system: System, tape: LawTape, later: LawTape, warmMs: number): Finding {
  const free = { ...tape.settings, signals: { ...tape.settings.signals, coolDownSeconds: 0 } };
  const [decided, decidedLater] = [system({ ...tape, settings: free }), system({ ...later, settings: free })];
  const [issued, issuedLater] = [outcomeOf(system, tape), system(later)];
  const counts = { votes: 0, signals: 0 };
  const broken = ((): string | undefined => {
    for (const { symbol } of tape.instruments) {
      const [trace, other] = [decided.votes.get(symbol)!, decidedLater.votes.get(symbol)!];
      const [from, otherFrom] = [trace.countBefore(warmMs), other.countBefore(warmMs)];
      const span = [from, trace.timeMs.length] as const;
      counts.votes += span[1] - span[0];
      const problem = difference(trace, other, span, [otherFrom, other.timeMs.length], WITHIN);
      if (problem !== undefined) return `${symbol} ${problem}`;

      const decisions = since(warmMs, symbol, decided);
      counts.signals += decisions.length;
      const otherDecisions = since(warmMs, symbol, decidedLater);
      const unequal = firstUnequal(decisions, otherDecisions);
      if (unequal !== undefined) return `decisions: ${unequal}`;

      const coolDownMs = tape.settings.signals.coolDownSeconds * 1000;
      const isReached = (timeMs: number): boolean =>
        [issued, issuedLater].some(({ signals }) =>
          signals.some((it) => it.symbol === symbol && issuedMs(it) < timeMs && timeMs - issuedMs(it) < coolDownMs),
        );
      const free = decisions.find((decision) => !isReached(issuedMs(decision)));
      if (free === undefined) continue;
      const signals = since(issuedMs(free), symbol, issued);
      counts.signals += signals.length;
      const other2 = firstUnequal(signals, since(issuedMs(free), symbol, issuedLater));
      if (other2 !== undefined) return `signals: ${other2}`;
    }
    return undefined;
  })();
  return { broken, ...counts };
}

function since(fromMs: number, symbol: string, { signals }: Outcome): Signal[] {
  return signals.filter((signal) => signal.symbol === symbol && issuedMs(signal) >= fromMs);
}

function firstUnequal(expected: readonly Signal[], actual: readonly Signal[]): string | undefined {
  const at = expected.findIndex((signal, index) => !isSame(signal, actual[index]));
  if (at >= 0) return `${told(expected[at])} became ${told(actual[at])}`;
  return actual.length > expected.length ? `${told(actual[expected.length])} is new` : undefined;
}

function isSame(signal: Signal, other: Signal | undefined): boolean {
  return (
    other !== undefined &&
    issuedMs(other) === issuedMs(signal) &&
    other.timeframe === signal.timeframe &&
    other.side === signal.side &&
    // Published strengths have one decimal: their difference may be 0.1 and some dust.
    Math.abs(other.strength - signal.strength) < WITHIN + 1e-9
  );
}

const told = (signal: Signal | undefined): string =>
  signal === undefined ? 'nothing' : `${signal.timeframe} ${signal.side} ${signal.strength} at ${issuedMs(signal)}`;
