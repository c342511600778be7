import { z } from 'zod';
import { direction, instant, nextPage, quantity, symbol, timeframe, whole, wholeText } from './fields.ts';

/** What people look at: instruments, bars, votes and what fusion makes of them, and why there are no signals. */

const optionalPrice = (description: string) => quantity(`${description} null before the first.`).nullable();

export const instrument = z.strictObject({
  symbol,
  tick_size: quantity('The smallest price step.'),
  step_size: quantity('The smallest quantity step.'),
  price_decimals: whole('Digits after the point of a price.'),
  flowing: z.boolean().meta({ description: 'Market data came in within the last 15 seconds of market time.' }),
  last_price: optionalPrice('Of the last trade, or the close of the last bar.'),
  bid: optionalPrice('Best bid.'),
  ask: optionalPrice('Best ask.'),
  last_signal_at: instant('Market time of its last signal; null when there was none.').nullable(),
});

export const instrumentPage = z.strictObject({ instruments: z.array(instrument), next: nextPage });

export const opinion = z.strictObject({
  strategy: z.string(),
  weight: z.number().positive(),
  side: direction.nullable().meta({ description: 'null: it abstains.' }),
  strength: z.number().min(0).max(100).nullable(),
  reason: z.string().meta({ description: 'What decided, or why it abstains.' }),
});

export const demand = z.strictObject({
  name: z.string().meta({ description: 'strategies, consensus or strength.' }),
  have: z.number().meta({ description: 'What there is.' }),
  need: z.number().meta({ description: 'What is asked for.' }),
});

export const look = z.strictObject({
  timeframe,
  opinions: z.array(opinion).meta({ description: 'One for every strategy.' }),
  outcome: z.string().meta({ description: '`decision`, or the name of the silence.' }),
  explanation: z.string().meta({ description: 'The same in words.' }),
  side: direction.nullable().meta({ description: 'The side with more weight; null while none has.' }),
  buy_weight: z.number().min(0),
  sell_weight: z.number().min(0),
  total_weight: z.number().min(0).meta({ description: 'Of all strategies, whoever votes: consensus divides by it.' }),
  demands: z.array(demand),
  nearest: demand.nullable().meta({ description: 'The unmet demand that lacks least; null when none is unmet.' }),
  standing: z
    .boolean()
    .meta({ description: 'The decision stood at the last look already: it must lapse before it is a signal again.' }),
});

export const obstacle = z.strictObject({
  name: z.string(),
  meaning: z.string(),
});

export const instrumentView = z.strictObject({
  instrument,
  at: instant('Market time of this look.'),
  looks: z.array(look).meta({ description: 'One for every timeframe that is decided on.' }),
  obstacles: z.array(obstacle).meta({ description: 'What would silence a decision now, whatever it says.' }),
  cool_down_left_ms: whole('Market milliseconds until the symbol may have another signal.'),
});

export const bar = z.strictObject({
  open_time: instant('Market time; the bar ends where the next begins.'),
  open: quantity('Price.'),
  high: quantity('Price.'),
  low: quantity('Price.'),
  close: quantity('Price.'),
  volume: quantity('In base units.'),
  buy_volume: quantity('Bought by aggressors; null where it is not known.').nullable(),
});

export const barPage = z.strictObject({ symbol, timeframe, bars: z.array(bar) });

export const barQuery = z.strictObject({
  symbol,
  timeframe: timeframe.optional(),
  limit: wholeText('How many at most. 300 when not given.', { min: 1, max: 720 }).optional(),
});

export const silenceMinute = z.strictObject({
  from: instant('Beginning of the market minute.'),
  signals: whole('How many signals there were.'),
  silences: z
    .record(z.string(), whole('How many looks at the votes ended so.'))
    .meta({ description: 'By reason; `meanings` says what each means.' }),
});

export const silencePage = z.strictObject({
  minutes: z.array(silenceMinute).meta({ description: 'The last 60 market minutes that are over, oldest first.' }),
  meanings: z.record(z.string(), z.string()).meta({ description: 'Of every reason in `minutes`.' }),
});

export const configAnswer = z.strictObject({
  file: z.string().nullable().meta({ description: 'null: there is none.' }),
  config: z.record(z.string(), z.unknown()).meta({ description: 'What holds. Secrets are ***.' }),
  origins: z
    .record(z.string(), z.string())
    .meta({ description: 'Where each value comes from; the rest are defaults.' }),
});

export const marketTick = z.strictObject({
  symbol,
  time: instant('Market time of the newest.'),
  trades: whole('How many there were since the last tick.'),
  last: optionalPrice('Of the last trade.'),
  high: optionalPrice('Of the trades since the last tick; null when there were none.'),
  low: optionalPrice('Of the trades since the last tick; null when there were none.'),
  buy_volume: quantity('Bought by aggressors since the last tick, in base units.'),
  sell_volume: quantity('Sold by aggressors since the last tick.'),
  bid: optionalPrice('Best bid.'),
  bid_size: quantity('0 when it is not known.'),
  ask: optionalPrice('Best ask.'),
  ask_size: quantity('0 when it is not known.'),
});
