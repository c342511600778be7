import type { CapturedFrame } from './capture-file.ts';
import { aggTradePayload } from './payloads.ts';

interface TradeFields {
  readonly E: number;
  readonly T: number;
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly X: string;
  readonly m: boolean;
}

/**
 * A recorder that took single trades has no aggregates; they are made of them as the venue makes them, but within one
 * millisecond only: what follows each other at one price, moment and side. Each takes the place of its last trade.
 * Their ids count from 1. Trades of the insurance fund are in no aggregate.
 */
export function withAggregates(frames: readonly CapturedFrame[]): CapturedFrame[] {
  const have = new Set(frames.filter(({ stream }) => stream.endsWith('@aggTrade')).map(({ symbol }) => symbol));
  const lastOf = new Map<string, Aggregate>();
  const counts = new Map<string, number>();
  const placed = new Map<number, CapturedFrame>();
  const close = ({ symbol, trades, place, frame }: Aggregate): void => {
    const id = (counts.get(symbol) ?? 0) + 1;
    counts.set(symbol, id);
    const [first, last] = [trades[0]!, trades.at(-1)!];
    const decimals = first.q.split('.')[1]?.length ?? 0;
    const quantity = trades.reduce((sum, { q }) => sum + Number(q), 0).toFixed(decimals);
    const trade = { id, price: first.p, quantity, firstTradeId: first.t, lastTradeId: last.t };
    const payload = aggTradePayload(symbol, { ...trade, timeMs: first.T, buyerIsMaker: first.m });
    placed.set(place, { ...frame, stream: `${symbol.toLowerCase()}@aggTrade`, payload });
  };
  frames.forEach((frame, place) => {
    const { stream, symbol } = frame;
    if (!stream.endsWith('@trade') || have.has(symbol)) return;
    const trade = JSON.parse(frame.payload) as TradeFields;
    if (trade.X !== 'MARKET') return;
    const before = lastOf.get(symbol);
    const head = before?.trades[0];
    if (before !== undefined && head?.p === trade.p && head.T === trade.T && head.m === trade.m) {
      before.trades.push(trade);
      before.place = place;
      before.frame = frame;
      return;
    }
    if (before !== undefined) close(before);
    lastOf.set(symbol, { symbol, trades: [trade], place, frame });
  });
  for (const aggregate of lastOf.values()) close(aggregate);
  return frames.flatMap((frame, place) => {
    const aggregate = placed.get(place);
    return aggregate === undefined ? [frame] : [frame, aggregate];
  });
}

interface Aggregate {
  readonly symbol: string;
  readonly trades: TradeFields[];
  place: number;
  frame: CapturedFrame;
}
