import { z } from 'zod';
import { DELIVERY_STATES } from '../../core/delivery/delivery.ts';
import { LEGS, REPORT_FLAGS, REPORT_TYPES } from '../../core/delivery/report.ts';
import {
  accountName,
  cursor,
  decimalNumber,
  deliveryId,
  epoch,
  givenPrice,
  givenQuantity,
  instant,
  intent,
  matching,
  nextPage,
  oneOf,
  pageLimit,
  price,
  quantity,
  sessionId,
  signalId,
  symbol,
  text,
  whole,
} from './fields.ts';
import { LATENCY_STAGES } from './latency.ts';

export const deliveryState = oneOf(DELIVERY_STATES, 'Where it stands.');
export const reportType = oneOf(REPORT_TYPES, 'What happened.');
export const leg = oneOf(LEGS, 'To which order.');
export const reportFlag = oneOf(REPORT_FLAGS, 'What is remarkable about its reports.');
export const stageName = oneOf(LATENCY_STAGES, 'The stage that was reached.');

/** What an executor told, as the history keeps it. */
export const toldReport = z.strictObject({
  report_id: z.string().min(1),
  type: reportType,
  leg,
  order_id: z.string().optional(),
  client_order_id: z.string().optional(),
  qty: quantity('Of this order or fill.').optional(),
  cum_qty: quantity('Filled so far.').optional(),
  leaves_qty: quantity('Still open.').optional(),
  price: price('Of the order or fill.').optional(),
  avg_price: price('Of all fills so far.').optional(),
  fee: decimalNumber('Paid; negative when it was a rebate.').optional(),
  fee_asset: z.string().optional(),
  funding: z.number().optional(),
  venue_time: instant('By the clock of the venue.').optional(),
  reason: z.string().optional(),
  latency: z.record(z.string(), z.number().min(0)).optional(),
});

export const deliveryStep = z.strictObject({
  seq: whole('Number of the journal entry.', { min: 1 }),
  at: instant('House time.'),
  state: deliveryState.meta({ description: 'The state from here on.' }),
  by: z.string().min(1).meta({ description: 'Who: `house`, a consumer, `operator`, `guide`.' }),
  reason: z.string().meta({ description: 'Why.' }),
  report: toldReport.optional(),
});

export const latencyStage = z.strictObject({
  stage: stageName,
  at: instant('House time; absent where only a duration is known.').optional(),
  ms: decimalNumber('Since the stage before, in ms.').optional(),
});

/** What became of a signal on one account. */
export const delivery = z.strictObject({
  id: deliveryId,
  signal_id: signalId('The signal, or the CLOSE.'),
  account: accountName,
  intent: intent.meta({ description: 'Of the signal.' }),
  symbol,
  state: deliveryState,
  reason: z.string().meta({ description: 'Why it stands there.' }),
  fence: whole('Grows with every grant; reports carry it.', { min: 1 }).optional(),
  client_order_id: matching(/^tw-[0-9a-f]{24}$/, 'an order id').optional(),
  session: sessionId.optional(),
  consumer: z.string().optional().meta({ description: 'Who holds it.' }),
  epoch: epoch.optional(),
  deadline_at: instant('House time by which the entry had to be submitted.').optional(),
  order_id: z.string().optional().meta({ description: "The venue's." }),
  qty: quantity('Ordered.').optional(),
  filled_qty: quantity('Filled.').optional(),
  avg_price: price('Of the entry.').optional(),
  exit_price: price('Of the exit.').optional(),
  fees: decimalNumber('All that were reported.').optional(),
  slippage_bps: decimalNumber('Of the entry, signed: positive is worse than entry_price.').optional(),
  flags: z.array(reportFlag),
  history: z.array(deliveryStep),
  latency: z.array(latencyStage).meta({ description: 'What took how long, from the decision to the fill.' }),
});

export const deliveryPage = z.strictObject({ deliveries: z.array(delivery), next: nextPage });
export const deliveryAnswer = z.strictObject({ delivery });

export const deliveryQuery = z.strictObject({
  state: deliveryState.optional().meta({ description: 'Only these.' }),
  account: accountName.optional(),
  symbol: symbol.optional(),
  after: cursor('`next` of the page before.').optional(),
  limit: pageLimit,
});

export const resolution = oneOf(['FILLED', 'REJECTED', 'NOT_SENT'], 'What really happened.');

const IS_POSITION = 'a fill without it is no position anybody could follow';

export const resolveRequest = z
  .strictObject({
    state: resolution,
    reason: text('How you know.'),
    qty: givenQuantity('All that was filled. Needed with FILLED.').optional(),
    avg_price: givenPrice('At which price. Needed with FILLED.').optional(),
  })
  .refine(({ state, qty = 0 }) => state !== 'FILLED' || qty > 0, {
    path: ['qty'],
    error: `must be above 0 with FILLED: ${IS_POSITION}`,
  })
  .refine(({ state, avg_price }) => state !== 'FILLED' || avg_price !== undefined, {
    path: ['avg_price'],
    error: `must be there with FILLED: ${IS_POSITION}`,
  });
