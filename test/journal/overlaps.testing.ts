import type { Effect, SignalIssued } from '../../src/core/engine/effect.ts';
import { ended, gap, issued, START_MS } from './effects.testing.ts';

/** Each signal is issued while `others` older ones are open, and ends after as many newer ones: no moment without. */
export function overlapping(count: number, others: number): Effect[] {
  const effects: Effect[] = [];
  for (let number = 0; number < count; number += 1) {
    if (number >= others) effects.push(endedAt(effects.length + 1, number - others, timeOf(number)));
    effects.push(lasting(effects.length + 1, number));
  }
  return effects;
}

/** Effect `seq` of a tape without end: odd ones issue a signal, even ones end the third before it. */
export function laggingAt(seq: number): Effect {
  const number = Math.ceil(seq / 2);
  if (seq % 2 === 1) return lasting(seq, number);
  return number <= 3 ? gap(seq, timeOf(number)) : endedAt(seq, number - 3, timeOf(number));
}

/** Up to twelve signals at a time that start and end as the dice (0 to 99) say, some after hundreds of effects. */
export function livesFrom(dice: readonly number[]): Effect[] {
  const open: number[] = [];
  let number = 0;
  return dice.map((die, index) => {
    const seq = index + 1;
    if (die === 99) return gap(seq, timeOf(number));
    if (open.length > 0 && (die >= 50 || open.length === 12)) {
      // The oldest two seldom end: they outlive many cuts.
      const place = die > 95 ? 0 : Math.min(2 + (die % 3), open.length - 1);
      return endedAt(seq, Number(open.splice(place, 1)[0]), timeOf(number) + die * 1000);
    }
    number += 1;
    open.push(number);
    return lasting(seq, number);
  });
}

const timeOf = (number: number): number => START_MS + number * 60_000;

/** Lives for an hour, so that others come and go beside it. */
function lasting(seq: number, number: number): Effect {
  const effect = issued(seq, number) as SignalIssued;
  return { ...effect, signal: { ...effect.signal, expiresAtMs: timeOf(number) + 3_600_000 } };
}

function endedAt(seq: number, number: number, atMs: number): Effect {
  return { ...ended(seq, number), atMs } as Effect;
}
