import type { FaultOrder } from '../venue/fault-kinds.ts';

/** A kind of fault as it is injected, how it shows, and within which time. */
export interface FaultCase {
  readonly name: string;
  /** Faults of one instrument get one by chance, unless it is named: what trades seldom may stay away for long. */
  readonly order: FaultOrder;
  /** Of one instrument: many follow each other quickly, because each heals alone. */
  readonly ofOneInstrument: boolean;
  /** Counted in the problems of the feed, any of them; `doubt …` stands for a doubt of that name. */
  readonly shows: readonly string[];
  /** Market milliseconds from the moment it struck, as docs/live-market.md states them. */
  readonly withinMs: number;
  /** What has to happen so that it can strike again: a connection must be up. */
  readonly recoversWithinMs: number;
  /** How long it stands before it is taken back; without, it ends by itself. */
  readonly standsMs?: number;
}

/** A trade of an instrument that trades often comes within this time, and shows that one before it is missing. */
export const NEXT_TRADE_MS = 6_000;
/** So does the next change of a book, and shows that it does not follow the last. */
const BOOK_MS = 6_000;
/** A minute that was given up is repaired when it has closed and the venue was asked: at most two minutes. */
const REPAIR_MS = 150_000;

const ofOne = { ofOneInstrument: true, recoversWithinMs: REPAIR_MS } as const;
const ofConnection = { ofOneInstrument: false, recoversWithinMs: REPAIR_MS } as const;

export const FAULT_CASES: readonly FaultCase[] = [
  {
    ...ofOne,
    name: 'trade missing',
    order: { kind: 'gap', stream: 'aggTrade' },
    shows: ['missing trade'],
    withinMs: NEXT_TRADE_MS,
  },
  {
    ...ofOne,
    name: 'trade twice',
    order: { kind: 'duplicate', stream: 'aggTrade' },
    shows: ['duplicate trade'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'trades swapped',
    order: { kind: 'reorder', stream: 'aggTrade' },
    shows: ['reordered trade', 'missing trade'],
    withinMs: NEXT_TRADE_MS,
  },
  {
    ...ofOne,
    name: 'trade three seconds late',
    order: { kind: 'late', stream: 'aggTrade', byMs: 3_000 },
    shows: ['missing trade', 'late trade'],
    withinMs: NEXT_TRADE_MS,
  },
  {
    ...ofOne,
    name: 'trade with an old id',
    order: { kind: 'wrong-sequence', stream: 'aggTrade' },
    shows: ['duplicate trade'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'trade a minute old',
    order: { kind: 'old', stream: 'aggTrade' },
    shows: ['late trade'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'trade of a wrong type',
    order: { kind: 'wrong-type', stream: 'aggTrade' },
    shows: ['aggTrade.p'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'trade cut off',
    order: { kind: 'truncated', stream: 'aggTrade' },
    shows: ['frame'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'quote crossed',
    order: { kind: 'crossed', stream: 'bookTicker' },
    shows: ['crossed quote'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'quote a minute old',
    order: { kind: 'old', stream: 'bookTicker' },
    shows: ['late quote'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'quote of a wrong type',
    order: { kind: 'wrong-type', stream: 'bookTicker' },
    shows: ['bookTicker.b'],
    withinMs: 500,
  },
  {
    ...ofOne,
    name: 'book change missing',
    order: { kind: 'gap', stream: 'depth' },
    shows: ['book gap'],
    withinMs: BOOK_MS,
  },
  {
    ...ofOne,
    name: 'book change out of chain',
    order: { kind: 'wrong-sequence', stream: 'depth' },
    shows: ['book gap'],
    withinMs: BOOK_MS,
  },
  {
    ...ofOne,
    name: 'book crossed',
    order: { kind: 'crossed', stream: 'depth' },
    shows: ['crossed book'],
    withinMs: BOOK_MS,
  },
  {
    ...ofOne,
    name: 'book changes swapped',
    order: { kind: 'reorder', stream: 'depth', symbol: 'BTCUSDT' },
    shows: ['book gap'],
    withinMs: 2 * BOOK_MS,
  },
  {
    ...ofOne,
    name: 'book change of a wrong type',
    order: { kind: 'wrong-type', stream: 'depth' },
    shows: ['depthUpdate.b', 'depthUpdate.a'],
    withinMs: BOOK_MS,
  },
  {
    ...ofConnection,
    name: 'mark prices stay away',
    order: { kind: 'silence', stream: '!markPrice@arr@1s', forMs: 8_000 },
    shows: ['doubt no mark price for 5 s'],
    withinMs: 7_000,
  },
  {
    ...ofConnection,
    name: 'trades stay away',
    order: { kind: 'silence', stream: 'aggTrade', symbol: 'BTCUSDT', forMs: 30_000 },
    shows: ['trades stay away'],
    withinMs: 20_000,
  },
  {
    ...ofConnection,
    name: 'line cut',
    order: { kind: 'disconnect', path: 'market' },
    shows: ['connection ended: the venue closed it'],
    withinMs: 1_000,
  },
  {
    ...ofConnection,
    name: 'closed by the venue',
    order: { kind: 'disconnect', path: 'public', code: 1008 },
    shows: ['connection ended: the venue closed it'],
    withinMs: 1_000,
  },
  {
    ...ofConnection,
    name: 'dead but open',
    order: { kind: 'freeze', path: 'market' },
    shows: ['connection ended: dead'],
    withinMs: 6_000,
    standsMs: 8_000,
  },
  {
    ...ofConnection,
    name: 'slow frames',
    order: { kind: 'slow', path: 'public', byMs: 2_500 },
    shows: ['doubt market data arrive more than 1 s late'],
    withinMs: 8_000,
    standsMs: 10_000,
  },
  {
    ...ofConnection,
    name: 'shutdown announced',
    order: { kind: 'shutdown', path: 'market', byMs: 3_000 },
    shows: ['connection ended: the venue closed it', 'connection ended: replaced before its end'],
    withinMs: 10_000,
  },
  {
    ...ofConnection,
    name: 'garbage',
    order: { kind: 'garbage', path: 'market', variant: 'json' },
    shows: ['frame'],
    withinMs: 500,
  },
  {
    ...ofConnection,
    name: 'binary garbage',
    order: { kind: 'garbage', path: 'market', variant: 'binary' },
    shows: ['frame'],
    withinMs: 500,
  },
  {
    ...ofConnection,
    name: 'a megabyte of garbage',
    order: { kind: 'garbage', path: 'public', variant: 'huge' },
    shows: ['frame', 'frame.E'],
    withinMs: 500,
  },
  {
    ...ofConnection,
    name: 'a frame nobody knows',
    order: { kind: 'garbage', path: 'public', variant: 'unknown' },
    shows: ['frame.e'],
    withinMs: 500,
  },
  {
    ...ofConnection,
    name: 'too many requests',
    order: { kind: 'http', route: '/fapi/v1/time', status: 429, retryAfterS: 3 },
    shows: ['too many requests (429)'],
    withinMs: 12_000,
  },
  {
    ...ofConnection,
    name: 'banned',
    order: { kind: 'http', route: '/fapi/v1/time', status: 418, retryAfterS: 5 },
    shows: ['banned (418)'],
    withinMs: 12_000,
  },
  {
    ...ofConnection,
    name: 'server error',
    order: { kind: 'http', route: '/fapi/v1/time', status: 503 },
    shows: ['request answered 503'],
    withinMs: 12_000,
  },
  {
    ...ofConnection,
    name: 'answer of garbage',
    order: { kind: 'rest-garbage', route: '/fapi/v1/time' },
    shows: ['time.serverTime', 'request failed'],
    withinMs: 12_000,
  },
  {
    ...ofConnection,
    name: 'maintenance',
    order: { kind: 'maintenance', forMs: 5_000 },
    shows: ['connection ended: the venue closed it'],
    withinMs: 1_000,
  },
  {
    ...ofConnection,
    name: 'clocks apart',
    order: { kind: 'skew', byMs: 5_000 },
    shows: ['doubt the clock of this computer is more than 500 ms away from the venue’s'],
    withinMs: 12_000,
    standsMs: 13_000,
  },
];
