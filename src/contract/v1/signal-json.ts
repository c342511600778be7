import type { Delivery } from '../../core/delivery/delivery.ts';
import { type Instruction, instructionState } from '../../core/delivery/instruction.ts';
import type { Moment } from '../../core/delivery/moment.ts';
import type { Side } from '../../core/market/trade.ts';
import { formatInstant } from '../instant.ts';
import { decimal, type Json, rounded, type Verbatim } from '../json-text.ts';
import { formatStamp } from '../stamp.ts';
import { deliveryJson } from './delivery-json.ts';

export const DIRECTION: Readonly<Record<Side, 'BUY' | 'SELL'>> = { buy: 'BUY', sell: 'SELL' };
const OPPOSITE: Readonly<Record<Side, 'BUY' | 'SELL'>> = { buy: 'SELL', sell: 'BUY' };

/**
 * A signal or a CLOSE, as every answer shows it.
 *
 * @param expiresInMs What `expiresInMs` said at the moment of the answer; a text that is kept leaves a place for it.
 */
export function signalJson(
  instruction: Instruction,
  expiresInMs: number | null | Verbatim,
  deliveries?: readonly Delivery[],
  stepsMax?: number,
): Json {
  const { id, seq, intent, closes, signal, producer, maxSlippageBps, version, end, atMs, reason } = instruction;
  const [tp1, tp2, tp3] = signal.targetPrices;
  const closing = intent === 'CLOSE';
  const state = instructionState(instruction);
  return {
    id,
    seq,
    intent,
    closes,
    accounts: closing ? [...instruction.deliveries.keys()] : undefined,
    symbol: signal.symbol,
    direction: closing ? OPPOSITE[signal.side] : DIRECTION[signal.side],
    timeframe: signal.timeframe,
    entry_price: decimal(signal.entryPrice),
    stop_loss: decimal(signal.stopPrice),
    take_profit: decimal(tp2),
    tp1: decimal(tp1),
    tp2: decimal(tp2),
    tp3: decimal(tp3),
    leverage: signal.leverage,
    signal_strength: rounded(signal.strength, 2),
    consensus_confidence: rounded(signal.consensus, 2),
    strategies_agree: signal.strategiesAgree,
    max_slippage_bps: maxSlippageBps === undefined ? null : decimal(maxSlippageBps),
    producer,
    market: signal.market,
    reasons: closing && reason !== undefined ? [reason] : signal.reasons,
    votes: (closing ? [] : signal.votes).map((vote) => ({
      strategy: vote.strategy,
      direction: DIRECTION[vote.side],
      weight: decimal(vote.weight),
      strength: rounded(vote.strength, 2),
      reason: vote.reason,
    })),
    version,
    timestamp: formatStamp(signal.stampUs),
    issued_at: formatInstant(atMs),
    expires_at: closing ? null : formatInstant(signal.expiresAtMs),
    expires_in_ms: expiresInMs,
    state,
    outcome: end && { state, reason: end.reason, at: formatInstant(end.atMs) },
    deliveries: deliveries?.map((delivery) => deliveryJson(delivery, signal, stepsMax)),
  };
}

/** Whole house milliseconds that are left of it; null for what does not expire. */
export function expiresInMs({ intent, end, signal }: Instruction, { atMs, speed }: Moment): number | null {
  if (intent === 'CLOSE') return null;
  return end === undefined ? Math.max(0, Math.floor((signal.expiresAtMs - atMs) / speed)) : 0;
}

/** With where it went, as lists and, with all steps of the way, `GET /signals/{id}` show it. */
export function signalWithDeliveriesJson(instruction: Instruction, now: Moment, stepsMax?: number): Json {
  return signalJson(instruction, expiresInMs(instruction, now), [...instruction.deliveries.values()], stepsMax);
}
