import { z } from 'zod';
import { delivery } from './delivery.ts';
import {
  accountName,
  cursor,
  decimalNumber,
  epoch,
  instant,
  riskMode,
  sessionId,
  signalId,
  symbol,
  whole,
  wholeText,
} from './fields.ts';
import { signal, signalState } from './signal.ts';

/** What is told by `GET /events` and `GET /stream`: one event per journal entry, in its order. */

const why = z.string().min(1);

/** The data of events, by the name of its shape: several types share one. */
export const EVENT_SHAPES = {
  SignalData: z.strictObject({ signal }),
  SignalEndedData: z.strictObject({
    id: signalId('The signal.'),
    symbol,
    state: signalState.meta({ description: 'How.' }),
    reason: why,
  }),
  SessionOpenedData: z.strictObject({ session: sessionId, account: accountName, consumer: z.string(), epoch }),
  SessionOverData: z.strictObject({ account: accountName, session: sessionId, consumer: z.string(), reason: why }),
  AccountData: z.strictObject({ account: accountName, reason: z.string() }),
  DeliveryShownData: z.strictObject({ signal_id: signalId('The signal.'), account: accountName }),
  DeliveryData: z.strictObject({ delivery }),
  MarketGapData: z.strictObject({
    symbol: symbol.nullable().meta({ description: 'null: all of them.' }),
    from: instant('Market time.'),
    to: instant('Market time.'),
    reason: why,
  }),
  RiskData: z.strictObject({
    mode: riskMode,
    rule: z
      .string()
      .meta({ description: 'What brought it about: `operator`, `daily_loss`, `daily_loss_flatten`, `drawdown`, …' }),
    reason: z.string(),
    by: z.string(),
    until: instant('Market time at which it ends by itself.').nullable(),
  }),
  RiskDayData: z.strictObject({
    day: instant('00:00 UTC of market time.'),
    net: decimalNumber('Profit of the account `paper` by then, open positions included.'),
  }),
  NoticesMutedData: z.strictObject({
    until: instant(
      'House time until which Telegram is told alarms only; null: it is told everything again.',
    ).nullable(),
    by: why.meta({ description: 'The name of the key, or who it was in Telegram.' }),
  }),
} as const;

const EVENT_DATA = {
  'signal.issued': EVENT_SHAPES.SignalData,
  'signal.ended': EVENT_SHAPES.SignalEndedData,
  'signal.amended': EVENT_SHAPES.SignalData,
  'session.opened': EVENT_SHAPES.SessionOpenedData,
  'session.ended': EVENT_SHAPES.SessionOverData,
  'account.stale': EVENT_SHAPES.SessionOverData,
  'account.halted': EVENT_SHAPES.AccountData,
  'account.resumed': EVENT_SHAPES.AccountData,
  'delivery.shown': EVENT_SHAPES.DeliveryShownData,
  'delivery.claimed': EVENT_SHAPES.DeliveryData,
  'delivery.reported': EVENT_SHAPES.DeliveryData,
  'delivery.withdrawn': EVENT_SHAPES.DeliveryData,
  'delivery.in_doubt': EVENT_SHAPES.DeliveryData,
  'delivery.resolved': EVENT_SHAPES.DeliveryData,
  'risk.changed': EVENT_SHAPES.RiskData,
  'risk.day': EVENT_SHAPES.RiskDayData,
  'notices.muted': EVENT_SHAPES.NoticesMutedData,
  'market.gap': EVENT_SHAPES.MarketGapData,
} as const;

export type EventType = keyof typeof EVENT_DATA;

export const EVENT_TYPES = Object.keys(EVENT_DATA) as [EventType, ...EventType[]];

const typed = (type: EventType) =>
  z.strictObject({
    cursor: cursor('Read on after this one.'),
    seq: whole('Number of the journal entry.', { min: 1 }),
    type: z.literal(type),
    at: instant(
      'When it happened: house time for deliveries, sessions, accounts and notices, market time for the rest.',
    ),
    data: EVENT_DATA[type],
  });

/** The event of each type. */
export const EVENTS = Object.fromEntries(EVENT_TYPES.map((type) => [type, typed(type)])) as {
  readonly [T in EventType]: ReturnType<typeof typed>;
};

const [first, ...others] = Object.values(EVENTS) as [ReturnType<typeof typed>, ...ReturnType<typeof typed>[]];

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
