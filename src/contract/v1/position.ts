import { z } from 'zod';
import { leg } from './delivery.ts';
import {
  accountName,
  decimalNumber,
  deliveryId,
  direction,
  flag,
  givenAmount,
  givenPrice,
  instant,
  oneOf,
  pageLimit,
  price,
  quantity,
  riskMode,
  signalId,
  symbol,
  text,
  whole,
} from './fields.ts';

/** Positions, their record, risk, and whether the ledgers agree. Money is in the quote currency. */

const money = (description: string) => decimalNumber(description);

export const positionExit = z.strictObject({ leg, qty: quantity('Closed by it.'), price: price('Mean of its fills.') });

export const positionState = oneOf(['OPEN', 'CLOSED'], 'Whether anything is left of it.');
export const positionFilter = oneOf(['OPEN', 'CLOSED', 'ALL'], 'OPEN when not given.');

export const position = z.strictObject({
  id: deliveryId.meta({ description: 'The id of the delivery that opened it.' }),
  signal_id: signalId('The signal.'),
  account: accountName,
  symbol,
  direction: direction.meta({ description: 'Of the entry.' }),
  state: positionState,
  entry_qty: quantity('Filled of the entry.'),
  entry_price: price('Mean of the fills.'),
  open_qty: quantity('Not closed yet.'),
  stop_loss: price('Where the stop is now.').optional(),
  take_profit: price('Where the target is now.').optional(),
  exits: z.array(positionExit),
  exit_price: price('Mean over the exits.').nullable(),
  fees: money('Paid, entry and exits.'),
  funding: money('Paid; negative when received.'),
  gross: money('Of what is closed, before fees and funding.'),
  net: money('gross - fees - funding; null when an executor did not say at what price it closed.').nullable(),
  slippage: money('What the entry cost against entry_price of the signal; part of gross.'),
  risk_amount: money('Entry to first stop, for the filled quantity.'),
  r: decimalNumber('net / risk_amount; null while it is open.').nullable(),
  price: price('What it could be closed at now.').nullable(),
  unrealised: money('What the open rest would bring at that price, before fees.').nullable(),
  opened_at: instant('Market time.'),
  closed_at: instant('Market time.').nullable(),
  reason: z.string().meta({ description: 'Why it was closed: tp, sl, trailing, …; empty while it is open.' }),
});

const olderPage = z
  .string()
  .nullable()
  .meta({ description: 'What to send as `after` for older ones; null when there are none.' });

export const positionPage = z.strictObject({ positions: z.array(position), next: olderPage });
export const positionQuery = z.strictObject({
  state: positionFilter.optional(),
  account: accountName.optional(),
  symbol: symbol.optional(),
  after: text('`next` of the page before.', 128).optional(),
  limit: pageLimit,
});
export const closePositionRequest = z.strictObject({ reason: text('Why.').optional() });
export const settleRequest = z.strictObject({
  exit_price: givenPrice('The mean of the fills at the venue.'),
  fee: givenAmount('What they cost.').optional(),
  reason: text('How you know.'),
});
export const positionAnswer = z.strictObject({ position });

export const interval = z.strictObject({ low: decimalNumber('2.5 %.'), high: decimalNumber('97.5 %.') });

export const performance = z.strictObject({
  account: accountName,
  verdict: z.string().meta({ description: '"no demonstrated edge" until everything in `missing` is there.' }),
  missing: z.array(z.string()),
  market: z.string().min(1),
  trades: whole('Closed with a known profit, all of them.'),
  unpriced: whole('Closed without a price: in none of the sums.'),
  gross: money('Sum.'),
  fees: money('Sum.'),
  funding: money('Sum.'),
  net: money('Sum.'),
  sample: whole('What follows is of the newest, remembered one by one.'),
  wins: whole('Of them, with a profit.'),
  win_rate: decimalNumber('A fraction.').nullable(),
  mean_net: money('Per trade.').nullable(),
  mean_net_95: interval.nullable().meta({ description: 'Stationary bootstrap.' }),
  mean_r: decimalNumber('Net over what was at stake.').nullable(),
  mean_r_95: interval.nullable(),
  mean_net_bps: decimalNumber('Net over the value at entry.').nullable(),
  mean_net_bps_95: interval.nullable(),
  profit_factor: decimalNumber('Wins over losses.').nullable(),
  max_drawdown: money('Of the closed profit, from its highest.'),
  from: instant('Market time.').nullable(),
  to: instant('Market time.').nullable(),
});
export const performancePage = z.strictObject({ performance: z.array(performance) });

export const riskLimit = z.strictObject({
  rule: z.string(),
  value: decimalNumber('Now.').nullable(),
  limit: decimalNumber('As configured; 0 is none.'),
});
export const risk = z.strictObject({
  mode: riskMode,
  rule: z.string().meta({ description: 'What brought it about; empty from the beginning.' }),
  reason: z.string(),
  by: z.string(),
  since: instant('Market time.').nullable(),
  until: instant('Market time at which it ends by itself.').nullable(),
  account: accountName.meta({ description: 'What it is measured on.' }),
  equity: money('Open positions included. null: the price of one of them is not known yet.').nullable(),
  unrealised: money('Of it.').nullable(),
  exposure: money('Value of the open positions at their entry.').nullable(),
  daily_loss_percent: decimalNumber('Since 00:00 UTC; negative is a profit.').nullable(),
  drawdown_percent: decimalNumber('From the highest equity.').nullable(),
  limits: z.array(riskLimit),
  refused: z.record(z.string(), z.number()).meta({ description: 'Signals of the bot that were not issued, by rule.' }),
});
export const riskAnswer = z.strictObject({ risk });
export const killRequest = z.strictObject({ reason: text('Shown to everybody.').optional() });

export const ledger = z.strictObject({
  account: accountName,
  symbol,
  bot: decimalNumber('By the reports, signed.'),
  executor: decimalNumber('By its own book.').nullable(),
  venue: decimalNumber('By the venue.').nullable(),
  equal: flag('Whether they agree.'),
  explanation: z.string().meta({ description: 'What may have led to a difference.' }),
  remedy: z.string().meta({ description: 'What a person can do.' }),
  positions: z.array(z.string()),
  in_doubt: z.array(z.string()),
});
export const ledgerPage = z.strictObject({
  ledgers: z.array(ledger),
  equal: flag('All of them agree.'),
  statements: z
    .record(z.string(), instant('House time.'))
    .meta({ description: 'When each account was last told of, by who executes on it.' }),
});
const quantities = z.record(symbol, givenAmount('Signed: long above 0.'), { error: 'must be quantities by symbol' });
export const statementRequest = z.strictObject({
  executor: quantities.meta({ description: 'What is open by your own book. What is not named is 0.' }),
  venue: quantities.meta({ description: 'What is open by the venue. What is not named is 0.' }),
});
