import { z } from 'zod';
import { delivery } from './delivery.ts';
import {
  accountName,
  cursor,
  direction,
  flag,
  givenPrice,
  givenQuantity,
  instant,
  intent,
  matching,
  nextPage,
  oneOf,
  pageLimit,
  percentage,
  price,
  quantity,
  signalId,
  symbol,
  text,
  timeframe,
  whole,
} from './fields.ts';

export const SIGNAL_STATES = ['ACTIVE', 'EXPIRED', 'CANCELLED', 'SUPERSEDED', 'EXHAUSTED'] as const;

export const signalState = oneOf(SIGNAL_STATES, 'EXHAUSTED: every delivery has reached its end.');

const bracket = {
  entry_price: price('Where the position is opened.'),
  stop_loss: price('Where the loss is taken. Never the entry price.'),
  take_profit: price('Where the profit is taken.'),
};

const givenBracket = {
  entry_price: givenPrice('Where the position is opened.'),
  stop_loss: givenPrice('Where the loss is taken. Never the entry price.'),
  take_profit: givenPrice('Where the profit is taken.'),
};

export const vote = z.strictObject({
  strategy: z.string(),
  direction: direction.meta({ description: 'Its side.' }),
  weight: z.number().positive().meta({ description: 'How much it counts, as configured.' }),
  strength: percentage('Its own strength.'),
  reason: z.string(),
});

export const outcome = z.strictObject({
  state: signalState.meta({ description: 'How it ended.' }),
  reason: z.string().min(1),
  at: instant('When, in market time.'),
});

/** A signal as every answer and event of /api/v1 shows it. */
export const signal = z.strictObject({
  id: signalId('Chosen by who published it.'),
  seq: whole('Number of the journal entry that issued it.', { min: 1 }),
  intent,
  closes: signalId('The signal whose position a CLOSE closes.').optional(),
  accounts: z.array(accountName).min(1).optional().meta({
    description: 'Of a CLOSE: the accounts that hold the position. No other can claim it.',
  }),
  symbol,
  direction,
  timeframe,
  ...bracket,
  tp1: price('First target.'),
  tp2: price('Second target: the same as take_profit.'),
  tp3: price('Third target.'),
  leverage: whole('At most this much.', { min: 1 }),
  signal_strength: percentage('Weighted mean strength of the agreeing strategies.'),
  consensus_confidence: percentage('Weight of the agreeing strategies over the weight of all.'),
  strategies_agree: whole('How many strategies agree.'),
  max_slippage_bps: quantity('How far from entry_price the live quote may be when the order is sent.').nullable(),
  producer: z.string().min(1).meta({ description: '`bot`, or the name of the key it was published with.' }),
  market: z.string().min(1).meta({ description: 'Where the prices come from.', example: 'SIMULATED medium' }),
  reasons: z.array(z.string().min(1)).min(1).meta({ description: 'Why, in sentences.' }),
  votes: z.array(vote).meta({ description: 'The agreeing strategies; empty when it came from outside.' }),
  version: whole('Grows with every change of its prices.', { min: 1 }),
  timestamp: matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}$/, 'a stamp of six digits').meta({
    description: "The same signal's `timestamp` on the guide's routes.",
  }),
  issued_at: instant('Market time.'),
  expires_at: instant('Market time from which on it may not be traded; null for a CLOSE.').nullable(),
  expires_in_ms: whole('Wall time left when this was answered, 0 when it is over; null for a CLOSE.').nullable(),
  state: signalState,
  outcome: outcome.optional().meta({ description: 'How it ended. Absent while it is active.' }),
  deliveries: z.array(delivery).optional().meta({ description: 'Where it went. Not in grants and events.' }),
});

export const signalPage = z.strictObject({ signals: z.array(signal), next: nextPage });
export const signalAnswer = z.strictObject({ signal });

export const publishRequest = z.strictObject({
  id: signalId('Choose it before the first attempt and keep it for every repetition.'),
  symbol,
  direction,
  ...givenBracket,
  tp1: givenPrice('First target. The same as take_profit when not given.').optional(),
  tp3: givenPrice('Third target. The same as take_profit when not given.').optional(),
  timeframe: timeframe.optional().meta({ description: '1m when not given.' }),
  leverage: whole('1 when not given.', { min: 1, max: 1_000 }).optional(),
  signal_strength: percentage('How sure you are.'),
  consensus_confidence: percentage('100 when not given.').optional(),
  max_slippage_bps: givenQuantity('How far from entry_price the live quote may be when the order is sent.').optional(),
  ttl_ms: whole('Wall time it lives. When not given min(25 % of the bar, 30 s).', {
    min: 250,
    max: 300_000,
  }).optional(),
  reasons: z
    .array(text('A sentence.'), { error: 'must be a list of sentences' })
    .max(20, 'must be a list of at most 20 sentences')
    .optional()
    .meta({ description: 'Why.' }),
});

export const published = z.strictObject({
  signal,
  duplicate: flag('True when this id and body had been published before; the signal is that one.'),
});

export const cancelRequest = z.strictObject({ reason: text('Kept with the signal.').optional() });
export const closeRequest = z.strictObject({ reason: text('Kept with the CLOSE.').optional() });

export const amendRequest = z
  .strictObject({
    version: whole('The version you read. Another one: 409 VERSION_CONFLICT.', { min: 1 }),
    stop_loss: givenPrice('The new stop.').optional(),
    take_profit: givenPrice(
      'The new target. tp1 and tp3 go with it where they were the same and are not given.',
    ).optional(),
    tp1: givenPrice('The new first target.').optional(),
    tp3: givenPrice('The new third target.').optional(),
  })
  .refine(({ version: _, ...changes }) => Object.keys(changes).length > 0, {
    error: 'must change at least one of stop_loss, take_profit, tp1, tp3',
  });

export const signalQuery = z.strictObject({
  state: signalState.optional().meta({ description: 'Only these.' }),
  symbol: symbol.optional(),
  after: cursor('Only what was issued after it: `next` of the page before.').optional(),
  limit: pageLimit,
});
