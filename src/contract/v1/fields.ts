import { z } from 'zod';
import { RECEIVED_INSTANT } from '../instant.ts';

/** The fields that the shapes of /api/v1 share. Every complaint says what is wanted. */

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export const TIMEFRAMES = ['1m', '3m', '5m'] as const;

/** @param wanted Completes "must be …". */
export const matching = (pattern: RegExp, wanted: string) =>
  z.string({ error: `must be ${wanted}` }).regex(pattern, `must be ${wanted}`);

export const text = (description: string, charactersMax = 500) =>
  z
    .string({ error: `must be text of 1 to ${charactersMax} characters` })
    .min(1, `must be text of 1 to ${charactersMax} characters`)
    .max(charactersMax, `must be text of 1 to ${charactersMax} characters`)
    .meta({ description });

/** Text that stands in lists, logs and headers: no control characters. */
export const name = (description: string, charactersMax: number) =>
  text(description, charactersMax).regex(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    /^[^\u0000-\u001f\u007f-\u009f]*$/,
    'must not hold control characters, such as line breaks',
  );

export const oneOf = <const T extends readonly [string, ...string[]]>(values: T, description: string) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` }).meta({ description });

export const intent = oneOf(['ENTRY', 'CLOSE'], 'ENTRY opens a position; CLOSE reduces one and never opens.');
export const direction = oneOf(['BUY', 'SELL'], 'The side of the order.');
export const riskMode = oneOf(
  ['ACTIVE', 'REDUCING', 'HALTED'],
  'ACTIVE issues signals; REDUCING takes no new entries; HALTED neither, until somebody or the next day ends it.',
);
export const timeframe = oneOf(TIMEFRAMES, 'Of the bars it was decided on.');

export const signalId = (description: string) =>
  matching(UUID_V7, 'a UUIDv7 in lower case, such as 019b76da-a800-7000-8000-000000000001').meta({ description });

export const accountName = matching(/^[a-z][a-z0-9_-]{0,31}$/, 'the name of an account, such as default').meta({
  description: 'The trading account: `default`, or `paper` for paper trading.',
  example: 'default',
});

export const deliveryId = matching(
  /^[0-9a-f-]{36}\.[a-z][a-z0-9_-]{0,31}$/,
  '<signal id>.<account>, as a claim answered it',
).meta({ description: '`<signal id>.<account>`.' });

export const symbol = matching(/^[A-Za-z0-9/:_.-]{1,40}$/, 'a symbol, such as ETHUSDT').meta({
  description: "The exchange's id.",
  example: 'ETHUSDT',
});

export const instant = (description: string) =>
  matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'an instant such as 2026-01-01T00:00:00.000Z').meta({
    description,
    format: 'date-time',
    example: '2026-01-01T00:00:00.000Z',
  });

/** Of a client: its own language writes it, and a report must not be lost over the form of a time. */
export const receivedInstant = (description: string) =>
  matching(RECEIVED_INSTANT, 'an instant such as 2026-01-01T00:00:00.000Z').meta({
    description,
    format: 'date-time',
    example: '2026-01-01T00:00:00.000Z',
  });

export const cursor = (description: string) =>
  matching(/^[0-9a-f]{32}:\d{1,16}$/, 'a cursor, <journal id>:<seq>, as an answer gave it').meta({ description });

export const whole = (description: string, { min = 0, max }: { readonly min?: number; readonly max?: number } = {}) => {
  const wanted = `must be a whole number ${max === undefined ? `of at least ${min}` : `from ${min} to ${max}`}`;
  const atLeast = z.int({ error: wanted }).min(min, wanted);
  return (max === undefined ? atLeast : atLeast.max(max, wanted)).meta({ description });
};

export const price = (description: string) =>
  z.number({ error: 'must be a number above 0' }).positive('must be a number above 0').meta({ description });

export const quantity = (description: string) =>
  z.number({ error: 'must be a number of at least 0' }).min(0, 'must be a number of at least 0').meta({ description });

/** What a client sends is bounded: sums of products of it must fit into a number, or they could never be told. */
const GIVEN_MAX = 1e15;
const TOO_LARGE = 'must be at most 1e15';

export const givenPrice = (description: string) => price(description).max(GIVEN_MAX, TOO_LARGE).meta({ description });

export const givenQuantity = (description: string) =>
  quantity(description).max(GIVEN_MAX, TOO_LARGE).meta({ description });

export const givenAmount = (description: string) =>
  decimalNumber(description).min(-GIVEN_MAX, 'must be at least -1e15').max(GIVEN_MAX, TOO_LARGE).meta({ description });

export const decimalNumber = (description: string) => z.number({ error: 'must be a number' }).meta({ description });

export const percentage = (description: string) =>
  z
    .number({ error: 'must be a number from 0 to 100' })
    .min(0, 'must be a number from 0 to 100')
    .max(100, 'must be a number from 0 to 100')
    .meta({ description });

export const flag = (description: string) => z.boolean({ error: 'must be true or false' }).meta({ description });

export const epoch = whole('Grows with every lease of the account; a higher one fences the lower.', { min: 1 });

export const sessionId = text('The session, as `POST /sessions` answered it.', 64);

/** In a query everything is text. */
export const wholeText = (description: string, { min, max }: { readonly min: number; readonly max: number }) =>
  matching(/^\d{1,6}$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `must be a whole number from ${min} to ${max}`)
    .meta({ description, type: 'integer', minimum: min, maximum: max });

export const pageLimit = wholeText('How many at most. 100 when not given.', { min: 1, max: 500 }).optional();

export const nextPage = z
  .string()
  .nullable()
  .meta({ description: 'What to send as `after` for what follows; null when nothing does.' });
