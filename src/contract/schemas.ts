import { z } from 'zod';
import { EXAMPLE_SIGNAL } from './example-signal.ts';
import { guideSignalJson, STRATEGY_NAME } from './guide-signal.ts';

/** The wire in zod: what requests are validated with, and what the OpenAPI document is made of. */

const stamp = (description: string) =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/)
    .meta({ description: `${description} UTC, six digits, no zone.`, example: '2024-11-21T10:30:45.123456' });

const answeredAt = stamp('When this was answered, in market time.');
const price = (description: string) => z.number().positive().meta({ description });
const percentage = (description: string) => z.number().min(0).max(100).meta({ description });
const count = (description: string) => z.int().min(0).meta({ description });
const counts = (description: string) => z.record(z.string(), z.int().min(0)).meta({ description });
const direction = z.enum(['BUY', 'SELL']);

const outcome = z.strictObject({
  state: z.enum(['EXPIRED', 'SUPERSEDED', 'CANCELLED', 'EXHAUSTED', 'ACKED_LEGACY']),
  reason: z.string().min(1),
  at: stamp('When it stopped being live.'),
});

const metadata = z.looseObject({
  consensus_confidence: percentage('Weight of the agreeing strategies over the weight of all.'),
  strategies_agree: count('How many strategies agree.'),
  risk_reward_ratio: z
    .number()
    .positive()
    .meta({ description: '|take_profit - entry_price| / |entry_price - stop_loss|.' }),
  tp1: price('First target.'),
  tp2: price('Second target: the same as take_profit.'),
  tp3: price('Third target.'),
  signal_id: z.string().min(1).meta({ description: 'UUIDv7-shaped. Repeats when the same tape is replayed.' }),
  seq: z.int().min(1).meta({
    description: 'Number of the journal entry that issued it. Ends of signals are entries, too: gaps are no loss.',
  }),
  expires_at: stamp('From here on it may not be traded.'),
  reasons: z.array(z.string().min(1)).min(1).meta({ description: 'Why, in sentences.' }),
  market: z.string().min(1).meta({ description: 'Where the prices come from.', example: 'SIMULATED medium' }),
  votes: z
    .array(
      z.strictObject({
        strategy: z.string(),
        direction,
        weight: z.number().positive().meta({ description: 'How much it counts, as configured.' }),
        strength: percentage('Its own strength, 0 to 100.'),
        reason: z.string(),
      }),
    )
    .meta({ description: 'The agreeing strategies; empty for a test signal.' }),
  outcome: outcome.optional().meta({ description: 'How it ended. Only in the history.' }),
});

export const guideSignal = z
  .strictObject({
    timestamp: stamp('When it was issued, in market time; the key it is acknowledged by.'),
    symbol: z.string().min(1).meta({ description: "The exchange's id.", example: 'ETHUSDT' }),
    direction,
    entry_price: price('Where the position is opened.'),
    stop_loss: price('Where the loss is taken. Never the entry price.'),
    take_profit: price('Where the profit is taken.'),
    leverage: z.int().min(1),
    signal_strength: percentage('Weighted mean strength of the agreeing strategies.'),
    timeframe: z.enum(['1m', '3m', '5m']),
    strategy_name: z.literal(STRATEGY_NAME),
    metadata,
  })
  .meta({ examples: [JSON.parse(guideSignalJson(EXAMPLE_SIGNAL, 1))] });

export const signalList = z.strictObject({
  status: z.literal('success'),
  count: count('How many signals follow.'),
  signals: z.array(guideSignal).meta({ description: 'Oldest first.' }),
  timestamp: answeredAt,
});

export const latestSignal = z.strictObject({
  status: z.literal('success'),
  signal: guideSignal,
  timestamp: answeredAt,
});

export const noSignals = z.strictObject({
  status: z.literal('no_signals'),
  message: z.literal('No active signals available'),
  timestamp: answeredAt,
});

export const symbolSignals = z.strictObject({
  status: z.literal('success'),
  symbol: z.string().meta({ description: 'The symbol as it was understood.', example: 'ETHUSDT' }),
  count: count('How many signals follow.'),
  signals: z.array(guideSignal),
  signal: guideSignal.optional().meta({ description: 'The newest of them. Absent when there is none.' }),
  timestamp: answeredAt,
});

export const acknowledgeRequest = z.strictObject({
  timestamp: z
    .string()
    .max(64)
    .meta({ description: "The signal's timestamp, as it was received.", example: '2024-11-21T10:30:45.123456' }),
});

export const acknowledged = z.strictObject({
  status: z.literal('success'),
  message: z.literal('Signal acknowledged'),
  timestamp: answeredAt,
});

export const health = z.looseObject({
  status: z.enum(['healthy', 'degraded', 'failed']),
  service: z.literal('ATAS Platform Integration'),
  active_signals: count('Live signals.'),
  uptime: z.number().min(0).meta({ description: 'Seconds on the wall clock since the start.' }),
  timestamp: answeredAt,
  market: z.string().meta({ description: 'Where the prices come from.', example: 'SIMULATED medium' }),
  simulated: z.boolean().meta({ description: 'True when no price here comes from a real market.' }),
  speed: z.number().positive().meta({ description: 'Market seconds per wall second.' }),
  reasons: z
    .array(z.strictObject({ reason: z.string(), since: stamp('Since when.') }))
    .meta({ description: 'What is wrong. Empty while healthy.' }),
  data_age_ms: z.number().min(0).nullable().meta({ description: 'Wall time since the newest market data.' }),
  feed: z.looseObject({
    state: z.enum(['warming', 'flowing', 'degraded', 'finished', 'stopped']),
    reason: z.string().optional().meta({ description: 'Why it does not flow. Absent while it does.' }),
    problems: counts('By name.'),
  }),
  journal: z.looseObject({ id: z.string(), state: z.enum(['writing', 'failed']) }),
});

const strategyCensus = z.strictObject({
  buy_votes: count('Times it voted to buy.'),
  sell_votes: count('Times it voted to sell.'),
  abstentions: counts('Times it had no opinion, by reason.'),
});

export const stats = z.strictObject({
  status: z.literal('success'),
  statistics: z.looseObject({
    total_signals_exported: count('Signals issued since the journal began.'),
    active_signals: count('Live signals.'),
    historical_signals: count('Signals that are no longer live.'),
    total_api_requests: count('Requests since the start, this one included.'),
    explanation: z.string().min(1).meta({ description: 'Why there are signals, or none, in words.' }),
    fusion_runs: count('How often votes were weighed.'),
    silences: counts('Decisions that led to no signal, by reason.'),
    strategies: z.record(z.string(), strategyCensus).meta({ description: 'What each strategy said, by its name.' }),
    market_data_problems: counts('Market data that could not be used, by name.'),
    refused_requests: counts('Requests that were refused, by code.'),
  }),
  timestamp: answeredAt,
});

export const failure = z.strictObject({ status: z.literal('error'), message: z.string().min(1) });
