import { z } from 'zod';
import { delivery } from './delivery.ts';
import { accountName, cursor, epoch, instant, oneOf, sessionId, signalId, symbol, whole, wholeText } from './fields.ts';
import { SIGNAL_STATES, signal } from './signal.ts';

/** What is told by `GET /events` and `GET /stream`: one event per journal entry, in its order. */

const sessionData = z.strictObject({ session: sessionId, account: accountName, consumer: z.string(), epoch });
const accountData = z.strictObject({ account: accountName, reason: z.string() });
const deliveryData = z.strictObject({ delivery });

export const EVENT_DATA = {
  'signal.issued': z.strictObject({ signal }),
  'signal.ended': z.strictObject({
    id: signalId('The signal.'),
    symbol,
    state: oneOf(SIGNAL_STATES, 'How.'),
    reason: z.string().min(1),
  }),
  'signal.amended': z.strictObject({ signal }),
  'session.opened': sessionData,
  'account.stale': z.strictObject({
    account: accountName,
    session: sessionId,
    consumer: z.string(),
    reason: z.string().min(1),
  }),
  'account.halted': accountData,
  'account.resumed': accountData,
  'delivery.shown': z.strictObject({ signal_id: signalId('The signal.'), account: accountName }),
  'delivery.claimed': deliveryData,
  'delivery.reported': deliveryData,
  'delivery.in_doubt': deliveryData,
  'delivery.resolved': deliveryData,
  'market.gap': z.strictObject({
    symbol: symbol.nullable().meta({ description: 'null: all of them.' }),
    from: instant('Market time.'),
    to: instant('Market time.'),
    reason: z.string().min(1),
  }),
} as const;

export type EventType = keyof typeof EVENT_DATA;

export const EVENT_TYPES = Object.keys(EVENT_DATA) as [EventType, ...EventType[]];

const typed = (type: EventType) =>
  z.strictObject({
    cursor: cursor('Read on after this one.'),
    seq: whole('Number of the journal entry.', { min: 1 }),
    type: z.literal(type),
    at: instant('When it happened: house time for deliveries, sessions and accounts, market time for the rest.'),
    data: EVENT_DATA[type],
  });

const [first, ...others] = EVENT_TYPES.map(typed) as [ReturnType<typeof typed>, ...ReturnType<typeof typed>[]];

export const event = z.discriminatedUnion('type', [first, ...others]);

export const eventPage = z.strictObject({
  events: z.array(event),
  cursor: cursor('Send it as the next `after`.'),
});

export const eventQuery = z.strictObject({
  after: cursor('Only events after this one. From the oldest kept when not given.').optional(),
  wait: wholeText('Seconds to wait for an event when there is none. More than 30 counts as 30.', {
    min: 0,
    max: 999_999,
  }).optional(),
  limit: wholeText('How many at most. 100 when not given.', { min: 1, max: 500 }).optional(),
});

export const streamQuery = z.strictObject({ after: cursor('As the header Last-Event-ID.').optional() });

export const streamOpen = z.strictObject({
  cursor: cursor('Where the stream begins: the next event is the one after it.'),
  oldest: cursor('Events after this one could still be asked for.'),
});

export const streamReset = z.strictObject({
  reason: z.string().min(1).meta({ description: 'Why the stream could not be resumed: take a snapshot.' }),
  cursor: cursor('Where the stream goes on.'),
  oldest: cursor('Events after this one could still be asked for.'),
});
