import type { Effect } from '../../src/core/engine/effect.ts';

/** Market time of the first effect. */
export const START_MS = Date.UTC(2026, 0, 1);

/** A signal as the engine makes them; `number` sets its id, its stamp and its time (one a minute). */
export function issued(seq: number, number: number): Effect {
  const atMs = START_MS + number * 60_000;
  return {
    seq,
    kind: 'signal_issued',
    signal: {
      signalId: signalId(number),
      stampUs: atMs * 1000 + (number % 1000),
      symbol: number % 2 === 0 ? 'ETHUSDT' : 'BTCUSDT',
      side: number % 3 === 0 ? 'sell' : 'buy',
      timeframe: '1m',
      entryPrice: 3500.1 + number / 7,
      stopPrice: 3482.5,
      targetPrices: [3528, 3542, 3563],
      leverage: 20,
      strength: 85.5,
      consensus: 75,
      strategiesAgree: 4,
      expiresAtMs: atMs + 15_000,
      votes: [
        {
          strategy: 'momentum',
          weight: 0.18,
          side: 'buy',
          strength: 88.25,
          reason: 'RSI 61.2 und ROC +0.4 % – „stark“',
        },
        { strategy: 'order-flow', weight: 0.2, side: 'buy', strength: 82.75, reason: 'delta ratio 0.41' },
      ],
      reasons: ['4 of 6 strategies agree on BUY'],
      market: 'SIMULATED medium',
    },
  };
}

export function ended(seq: number, number: number): Effect {
  const atMs = START_MS + number * 60_000 + 15_000;
  const reason = 'not traded within 15 s';
  return { seq, kind: 'signal_ended', signalId: signalId(number), state: 'EXPIRED', reason, atMs };
}

export function gap(seq: number, atMs: number): Effect {
  return { seq, kind: 'gap_recorded', symbol: undefined, fromMs: atMs - 1000, toMs: atMs, reason: 'a restart' };
}

/** `count` signals that follow one another, each ended before the next is issued: two effects per signal. */
export function oneAfterAnother(count: number, firstSeq = 1): Effect[] {
  const firstNumber = (firstSeq - 1) / 2;
  return Array.from({ length: count }, (_, index) => {
    const seq = firstSeq + 2 * index;
    return [issued(seq, firstNumber + index), ended(seq + 1, firstNumber + index)];
  }).flat();
}

const signalId = (number: number): string => `019b76da-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
