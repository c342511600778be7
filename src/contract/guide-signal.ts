import { assert } from '../core/assert.ts';
import type { Signal, SignalEnd } from '../core/signals/signal.ts';
import { decimalText, roundedDecimalText } from './decimal.ts';
import { formatStamp, formatTimeMs } from './stamp.ts';

export const STRATEGY_NAME = 'HighFrequencyScalping';

const DIRECTIONS = { buy: 'BUY', sell: 'SELL' } as const;

/**
 * A signal as the guide's clients read it: JSON text, eleven keys in the guide's order. Text, because a client that
 * binds `leverage` to an int refuses 20.0 and one that reads prices as text keeps `3500.0`: the tokens are the contract.
 *
 * @param seq Number of the effect that issued it in the journal.
 * @param end How it ended: only in the history, as `metadata.outcome`.
 */
export function guideSignalJson(signal: Signal, seq: number, end?: SignalEnd): string {
  checkTradable(signal);
  const exitPrice = signal.targetPrices[1];
  return object([
    ['timestamp', text(formatStamp(signal.stampUs))],
    ['symbol', text(signal.symbol)],
    ['direction', text(DIRECTIONS[signal.side])],
    ['entry_price', decimalText(signal.entryPrice)],
    ['stop_loss', decimalText(signal.stopPrice)],
    ['take_profit', decimalText(exitPrice)],
    ['leverage', String(signal.leverage)],
    ['signal_strength', roundedDecimalText(signal.strength, 2)],
    ['timeframe', text(signal.timeframe)],
    ['strategy_name', text(STRATEGY_NAME)],
    ['metadata', metadataJson(signal, seq, end)],
  ]);
}

function metadataJson(signal: Signal, seq: number, end: SignalEnd | undefined): string {
  const [tp1, tp2, tp3] = signal.targetPrices;
  const riskReward = Math.abs(tp2 - signal.entryPrice) / Math.abs(signal.entryPrice - signal.stopPrice);
  const votes = signal.votes.map((vote) =>
    object([
      ['strategy', text(vote.strategy)],
      ['direction', text(DIRECTIONS[vote.side])],
      ['weight', decimalText(vote.weight)],
      ['strength', roundedDecimalText(vote.strength, 2)],
      ['reason', text(vote.reason)],
    ]),
  );
  const fields: [string, string][] = [
    ['consensus_confidence', roundedDecimalText(signal.consensus, 2)],
    ['strategies_agree', String(signal.strategiesAgree)],
    ['risk_reward_ratio', roundedDecimalText(riskReward, 4)],
    ['tp1', decimalText(tp1)],
    ['tp2', decimalText(tp2)],
    ['tp3', decimalText(tp3)],
    ['signal_id', text(signal.signalId)],
    ['seq', String(seq)],
    ['expires_at', text(formatTimeMs(signal.expiresAtMs))],
    ['reasons', JSON.stringify(signal.reasons)],
    ['market', text(signal.market)],
    ['votes', `[${votes.join(',')}]`],
  ];
  if (end !== undefined) fields.push(['outcome', outcomeJson(end)]);
  return object(fields);
}

function outcomeJson(end: SignalEnd): string {
  return object([
    ['state', text(end.state)],
    ['reason', text(end.reason)],
    ['at', text(formatTimeMs(end.atMs))],
  ]);
}

/** A client divides by the stop distance and trades whatever it reads, so what cannot be traded must not get here. */
function checkTradable(signal: Signal): void {
  const { entryPrice, stopPrice, targetPrices, side, leverage, reasons } = signal;
  assert(side === 'buy' || side === 'sell', `guide signal: unknown side ${String(side)}`);
  for (const price of [entryPrice, stopPrice, ...targetPrices]) {
    assert(Number.isFinite(price) && price > 0, `guide signal: ${price} is not a price`);
  }
  const away = side === 'buy' ? 1 : -1;
  assert((entryPrice - stopPrice) * away > 0, 'guide signal: the stop must be on the losing side of the entry');
  assert((targetPrices[1] - entryPrice) * away > 0, 'guide signal: the target must be on the winning side');
  assert(Number.isSafeInteger(leverage) && leverage >= 1, `guide signal: leverage cannot be ${leverage}`);
  assert(reasons.length > 0, 'guide signal: a signal says why');
}

const text = (value: string): string => JSON.stringify(value);

const object = (fields: readonly (readonly [key: string, json: string])[]): string =>
  `{${fields.map(([key, json]) => `"${key}":${json}`).join(',')}}`;
