import { z } from 'zod';
import { delivery, leg, reportType } from './delivery.ts';
import {
  accountName,
  cursor,
  direction,
  epoch,
  flag,
  givenAmount,
  givenPrice,
  givenQuantity,
  instant,
  matching,
  name,
  nextPage,
  price,
  quantity,
  receivedInstant,
  sessionId,
  symbol,
  text,
  whole,
  wholeText,
} from './fields.ts';
import { signal } from './signal.ts';

/** Sessions, claims and reports: what an executor sends and is answered. */

const labels = (description: string) =>
  z
    .array(text('A label.', 64), { error: 'must be a list of texts' })
    .max(100, 'must be a list of at most 100 texts')
    .optional()
    .meta({ description });

export const sessionRequest = z.strictObject({
  consumer: name('A name that people will recognise.', 64),
  account: accountName,
  instance: matching(/^[0-9a-f]{32}$/, '32 hex characters, drawn anew by every process').meta({
    description: '128 random bits, drawn once per process.',
  }),
  symbols: labels('What it trades. Empty: everything.'),
  capabilities: labels('What it can do. Unknown ones are ignored.'),
  takeover: flag('Take the account even while another session holds it.').optional(),
});

const leaseMs = whole('How long the lease lasts from now, in house time.');

export const sessionOpened = z.strictObject({
  session: sessionId,
  epoch,
  lease_ms: leaseMs,
  heartbeat_ms: whole('Send a heartbeat this often.'),
  cursor: cursor('Where to begin reading events.'),
  in_doubt: z
    .array(delivery)
    .meta({ description: 'Look these up at the venue before trading: their end is not known.' }),
  halted: flag('True while the account takes no entries.'),
});

export const heartbeatRequest = z.strictObject({ epoch: epoch.optional() });

export const heartbeatAnswer = z.strictObject({
  session: sessionId,
  epoch,
  lease_ms: leaseMs,
  halted: flag('True while the account takes no entries.'),
});

/** A body is not wanted; one that is sent all the same may hold nothing. */
export const releaseRequest = z.strictObject({});

export const sessionReleased = z.strictObject({
  session: sessionId,
  account: accountName,
  released: z.literal(true).meta({ description: 'Nobody holds the account any more.' }),
});

export const session = z.strictObject({
  session: sessionId,
  account: accountName,
  consumer: z.string(),
  epoch,
  since: instant('When it was opened, house time.'),
  remaining_ms: whole('Until its lease lapses.'),
  symbols: z.array(z.string()),
  capabilities: z.array(z.string()),
});

export const sessionPage = z.strictObject({ sessions: z.array(session), next: nextPage });

export const claimRequest = z.strictObject({ session: sessionId, epoch, account: accountName });

export const idempotencyKey = matching(
  /^[\x21-\x7e]{1,200}$/,
  '1 to 200 visible ASCII characters, the same for every repetition of this claim',
).meta({ description: 'Repeated with the same key, a claim is answered with the same grant.' });

export const grant = z.strictObject({
  delivery: delivery.meta({ description: 'What was granted; reports go to its id.' }),
  fence: whole('Send it with every report.', { min: 1 }),
  client_order_id: matching(/^tw-[0-9a-f]{24}$/, 'an order id').meta({
    description: 'The id for the entry order; `-S`, `-1`, `-2`, `-3` are appended for stop and targets.',
  }),
  execute_within_ms: whole(
    'Counted from when you sent the claim, on your monotonic clock; null for a CLOSE.',
  ).nullable(),
  signal,
});

/** Why: a name that stands in an object as a key must not be one that JavaScript gives a meaning to. */
const latencyName = matching(/^(?!constructor$|prototype$)[a-z][a-z0-9_]{0,63}$/, 'a name in snake_case');

export const reportRequest = z
  .strictObject({
    report_id: text('Choose it once; repeat it with every repetition.', 128),
    session: sessionId,
    epoch,
    fence: whole('From the grant.', { min: 1 }),
    type: reportType,
    leg,
    order_id: text("The venue's id of the order.", 128).optional(),
    client_order_id: text('Our id of the order.', 64).optional(),
    qty: givenQuantity('Of this order or fill.').optional(),
    cum_qty: givenQuantity('Filled so far. Needed with PARTIAL and FILLED, unless `qty` says it.').optional(),
    leaves_qty: givenQuantity('Still open.').optional(),
    price: givenPrice('Of this order or fill.').optional(),
    avg_price: givenPrice('Of all fills so far.').optional(),
    fee: givenAmount('Paid; negative when it was a rebate.').optional(),
    fee_asset: text('In what.', 32).optional(),
    funding: givenAmount('Funding paid on the position that no report said yet; negative when received.').optional(),
    venue_time: receivedInstant('By the clock of the venue: UTC, or with an offset.').optional(),
    reason: text('Of a NACK, a rejection, a close: `tp`, `sl`, `manual`, `not_sent`, …').optional(),
    latency: z
      .record(latencyName, quantity('Milliseconds.'), { error: 'must be an object of numbers in ms' })
      .refine((durations) => Object.keys(durations).length <= 16, 'must have at most 16 durations')
      .optional()
      .meta({
        description:
          'Durations in ms that you measured: received_to_claim_ms, claim_ms, claim_to_submit_ms, submit_to_ack_ms, submit_to_fill_ms.',
      }),
  })
  .refine(({ type, cum_qty, qty }) => (type !== 'PARTIAL' && type !== 'FILLED') || (cum_qty ?? qty ?? 0) > 0, {
    path: ['cum_qty'],
    error: 'must be above 0 with PARTIAL and FILLED: a report of a fill says how much was filled',
  });

export const reportAnswer = z.strictObject({
  delivery,
  duplicate: flag('True when this report_id had been taken before.'),
});

export const accountHolder = z.strictObject({
  session: sessionId,
  consumer: z.string(),
  epoch,
  since: instant('House time.'),
  remaining_ms: whole('Until its lease lapses.'),
  silent_ms: whole('Since its last sign of life, such as a heartbeat.'),
});

export const account = z.strictObject({
  account: accountName,
  halted: flag('True while it takes no entries.'),
  halted_reason: z.string().optional(),
  halted_by: z.string().optional().meta({ description: 'The name of the key that did it.' }),
  halted_at: instant('House time.').optional(),
  holder: accountHolder.optional().meta({ description: 'Who executes for it now.' }),
  in_doubt: whole('Deliveries whose end is not known.'),
});

export const accountPage = z.strictObject({ accounts: z.array(account), next: nextPage });
export const accountAnswer = z.strictObject({ account });
export const haltRequest = z.strictObject({ reason: text('Shown to everybody.').optional() });
export const resumeRequest = z.strictObject({});

export const timeAnswer = z.strictObject({
  server_time_us: whole('UTC microseconds of house time.'),
  house_time: instant('The same.'),
  market_time: instant('The clock that signals are stamped and expire by.'),
  speed: z.number().positive().meta({ description: 'Market seconds per wall second.' }),
  cursor: cursor('The newest event.'),
  oldest_cursor: cursor('Events after this one can still be read.'),
  market: z.string().min(1).meta({ description: 'Where the prices come from.', example: 'SIMULATED medium' }),
});

export const marketQuery = z.strictObject({
  symbols: matching(
    /^[A-Za-z0-9/:_.-]{1,40}(,[A-Za-z0-9/:_.-]{1,40}){0,63}$/,
    'symbols with commas between them, such as BTCUSDT,ETHUSDT',
  )
    .optional()
    .meta({ description: 'Only these. All when not given.' }),
  throttle_ms: wholeText('In place of every trade and quote, one `tick` per symbol and this many milliseconds.', {
    min: 50,
    max: 60_000,
  }).optional(),
});

const side = direction.meta({ description: 'Of the aggressor.' });

export const marketTrade = z.strictObject({
  symbol,
  id: whole("The venue's id."),
  price: price('Of the trade.'),
  size: quantity('In base units.'),
  side,
  time: instant('Market time.'),
});

export const marketQuote = z.strictObject({
  symbol,
  bid: quantity('Best bid.'),
  bid_size: quantity('0 when it was not recorded.'),
  ask: quantity('Best ask.'),
  ask_size: quantity('0 when it was not recorded.'),
  time: instant('Market time.'),
});

export const marketOpen = z.strictObject({
  market: z.string().min(1),
  symbols: z.array(z.string()).meta({ description: 'What this stream brings.' }),
  unknown: z
    .array(z.string())
    .optional()
    .meta({ description: 'What was asked for and is not watched here; absent when there is none.' }),
});
export const marketReset = z.strictObject({ reason: z.string().min(1) });
