import { SECOND_MS } from '../../src/core/market/timeframe.ts';
import { SIMULATED_INSTRUMENTS } from '../../src/core/simulation/instruments.ts';
import { type CapturedFrame, readCapture } from './capture-file.ts';
import { withAggregates } from './capture-trades.ts';
import { CapturedBook } from './captured-book.ts';
import { Contract } from './contract.ts';
import type {
  AggregateTrade,
  BestPrices,
  BookSnapshot,
  DayStatistics,
  DepthUpdate,
  Level,
  MarkPrice,
  Publisher,
  VenueMarket,
} from './market.ts';
import { aggregate, type MinuteBar, MinuteBars } from './minute-bars.ts';
import { markPricePayload } from './payloads.ts';
import { VenueRefusal } from './refusal.ts';
import { channelOf } from './stream-name.ts';

const FUNDING_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

/** Fields of the payloads that the venue itself has to understand. */
interface Fields {
  readonly [name: string]: unknown;
  readonly E: number;
  readonly T: number;
}

interface Desk {
  readonly contract: Contract;
  readonly book: CapturedBook;
  readonly bars: MinuteBars;
  readonly trades: AggregateTrade[];
  /** The recorded depth stream's own period. */
  readonly depthSpeedMs: number;
  best: BestPrices | undefined;
  mark: MarkPrice | undefined;
}

/** Captures of a real venue, served as they were received. Several are merged by time. */
export class CaptureMarket implements VenueMarket {
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly startTimeMs: number;
  readonly endTimeMs: number;
  positionMs: number;
  readonly #frames: readonly CapturedFrame[];
  readonly #desks: ReadonlyMap<string, Desk>;
  #next = 0;

  constructor(paths: readonly string[]) {
    const captures = paths.map(readCapture);
    const spans = captures.map(({ frames }) => [frames[0]?.atMs ?? 0, frames.at(-1)?.atMs ?? 0] as const);
    if (Math.max(...spans.map(([from]) => from)) > Math.min(...spans.map(([, to]) => to))) {
      throw new VenueRefusal('venue: these captures are of different times and cannot be served together');
    }
    const frames = captures.flatMap((capture) => withAggregates(capture.frames));
    if (captures.length > 1) frames.sort((a, b) => a.atMs - b.atMs);
    this.#frames = frames;
    this.startTimeMs = frames[0]!.atMs;
    this.endTimeMs = frames.at(-1)!.atMs + 1;
    this.positionMs = this.startTimeMs;
    const snapshots = new Map(captures.flatMap((capture) => [...capture.snapshots]));
    this.#desks = openDesks(frames, snapshots);
    this.contracts = new Map([...this.#desks].map(([symbol, { contract }]) => [symbol, contract]));
  }

  advance(untilMs: number, publisher: Publisher): void {
    const frames = this.#frames;
    while (this.#next < frames.length && frames[this.#next]!.atMs < untilMs) {
      const frame = frames[this.#next]!;
      this.#next += 1;
      this.#seconds(frame.atMs, publisher);
      this.#take(frame, publisher);
    }
    if (untilMs <= this.endTimeMs) this.#seconds(untilMs, publisher);
    this.positionMs = Math.max(this.positionMs, untilMs);
  }

  book(symbol: string): BookSnapshot | undefined {
    return this.#desks.get(symbol)?.book.snapshot();
  }

  best(symbol: string): BestPrices | undefined {
    return this.#desks.get(symbol)?.best;
  }

  trades(symbol: string): readonly AggregateTrade[] {
    return this.#desks.get(symbol)?.trades ?? [];
  }

  minutes(symbol: string, fromMs: number, toMs: number): MinuteBar[] {
    return this.#desks.get(symbol)?.bars.between(fromMs, toMs, this.positionMs) ?? [];
  }

  day(symbol: string): DayStatistics | undefined {
    const [bar] = aggregate(this.minutes(symbol, this.positionMs - DAY_MS, this.positionMs), Infinity);
    return bar === undefined ? undefined : { ...bar, last: bar.close };
  }

  /** As recorded; the middle of the best prices where it was not. */
  mark(symbol: string): MarkPrice | undefined {
    const desk = this.#desks.get(symbol);
    if (desk?.mark !== undefined || desk?.best === undefined) return desk?.mark;
    const middle = ((Number(desk.best.bid[0]) + Number(desk.best.ask[0])) / 2).toFixed(8);
    const nextFundingTimeMs = this.positionMs - (this.positionMs % FUNDING_MS) + FUNDING_MS;
    return { mark: middle, index: middle, fundingRate: '0.00010000', nextFundingTimeMs, timeMs: this.positionMs };
  }

  #take({ stream, symbol, payload }: CapturedFrame, publisher: Publisher): void {
    const desk = this.#desks.get(symbol)!;
    if (desk.contract.status !== 'TRADING') return;
    switch (channelOf(stream)) {
      case 'depth': {
        const update = readUpdate(JSON.parse(payload) as Fields, payload, desk.depthSpeedMs);
        desk.book.apply(update);
        publisher.publishDepth(symbol, update);
        return;
      }
      case 'bookTicker':
        desk.best = readBest(JSON.parse(payload) as Fields);
        desk.book.begin(desk.best);
        break;
      case 'aggTrade': {
        const trade = readTrade(JSON.parse(payload) as Fields);
        desk.trades.push(trade);
        desk.bars.add(trade.timeMs, Number(trade.price), Number(trade.quantity), !trade.buyerIsMaker);
        break;
      }
      case 'markPrice':
        desk.mark = readMark(JSON.parse(payload) as Fields);
    }
    publisher.publish(symbol, stream, payload);
  }

  /** The mark prices of all contracts, at each whole second up to `untilMs`. */
  #seconds(untilMs: number, publisher: Publisher): void {
    while (Math.floor(untilMs / SECOND_MS) > Math.floor(this.positionMs / SECOND_MS)) {
      this.positionMs += SECOND_MS - (this.positionMs % SECOND_MS);
      if (!publisher.wants('!markPrice@arr@1s')) continue;
      const rows = [...this.#desks.keys()].flatMap((symbol) => {
        const mark = this.mark(symbol);
        return mark === undefined ? [] : [markPricePayload(symbol, { ...mark, timeMs: this.positionMs })];
      });
      if (rows.length > 0) publisher.publish('', '!markPrice@arr@1s', `[${rows.join(',')}]`);
    }
  }
}

function openDesks(frames: readonly CapturedFrame[], snapshots: ReadonlyMap<string, BookSnapshot>): Map<string, Desk> {
  const desks = new Map<string, Desk>();
  for (const symbol of new Set(frames.map((frame) => frame.symbol))) {
    const of = frames.filter((frame) => frame.symbol === symbol);
    const depth = of.find(({ stream }) => channelOf(stream) === 'depth')?.stream;
    const book = new CapturedBook(snapshots.get(symbol));
    const first = of.find(({ stream }) => channelOf(stream) === 'bookTicker');
    if (first !== undefined) book.begin(readBest(JSON.parse(first.payload) as Fields));
    desks.set(symbol, {
      ...{
        contract: contractOf(symbol, of),
        book,
        bars: new MinuteBars(),
        trades: [],
        best: undefined,
        mark: undefined,
      },
      depthSpeedMs: Number(/@(\d+)ms$/.exec(depth ?? '')?.[1] ?? 250),
    });
  }
  return desks;
}

/** The grid as the embedded market knows it, else as fine as the prices of the capture are written. */
function contractOf(symbol: string, frames: readonly CapturedFrame[]): Contract {
  const known = SIMULATED_INSTRUMENTS.find((instrument) => instrument.symbol === symbol);
  if (known !== undefined) return new Contract(symbol, known.tickSize, known.stepSize);
  const sample = frames.find(({ stream }) => ['bookTicker', 'aggTrade'].includes(channelOf(stream)));
  const { b, B, p, q } = JSON.parse(sample?.payload ?? '{}') as Record<string, string | undefined>;
  const step = (text: string | undefined): number => Number(`1e-${text?.split('.')[1]?.length ?? 0}`);
  return new Contract(symbol, step(b ?? p), step(B ?? q));
}

function readUpdate({ U, u, pu, b, a, E, T }: Fields, verbatim: string, speedMs: number): DepthUpdate {
  return {
    ...{ firstId: U as number, lastId: u as number, previousId: pu as number, eventTimeMs: E, transactionTimeMs: T },
    ...{ bids: b as Level[], asks: a as Level[], verbatim, speedMs },
  };
}

function readBest({ u, b, B, a, A, T }: Fields): BestPrices {
  return { updateId: u as number, bid: [b as string, B as string], ask: [a as string, A as string], timeMs: T };
}

function readTrade({ a, p, q, f, l, T, m }: Fields): AggregateTrade {
  return {
    ...{
      id: a as number,
      price: p as string,
      quantity: q as string,
      firstTradeId: f as number,
      lastTradeId: l as number,
    },
    ...{ timeMs: T, buyerIsMaker: m as boolean },
  };
}

function readMark({ p, i, r, T, E }: Fields): MarkPrice {
  return { mark: p as string, index: i as string, fundingRate: r as string, nextFundingTimeMs: T, timeMs: E };
}
