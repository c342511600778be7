import type { Decoded } from '../../core/decoded.ts';
import type { MarketEvent } from '../../core/engine/event.ts';
import { LiveMarket, type Want } from '../../core/feed/live-market.ts';
import type { StreamKind } from '../../core/feed/watched-streams.ts';
import { decodeAggTrade } from './decode-agg-trade.ts';
import { decodeBookTicker } from './decode-book-ticker.ts';
import { decodeDepthSnapshot, decodeDepthUpdate } from './decode-depth.ts';
import { decodeExchangeInfo, type Listing } from './decode-exchange-info.ts';
import { decodeForceOrder } from './decode-force-order.ts';
import { decodeKlines } from './decode-klines.ts';
import { decodeMarkPrice, type MarkPrice } from './decode-mark-price.ts';
import { decodeTickers } from './decode-tickers.ts';
import { type Fields, isCount, isObject } from './fields.ts';
import { KLINE_ROWS } from './limits.ts';
import type { Asked, Received } from './received.ts';
import { carriedBy, type DepthSpeed, type WantedStream, wantedStreams } from './streams.ts';
import { chooseUniverse, type UniverseOptions } from './universe.ts';

export interface BinanceMarketOptions {
  readonly universe: UniverseOptions;
  /** How many instruments have their book watched, most active first. */
  readonly depthInstruments: number;
  readonly depthSpeed: DepthSpeed;
  readonly historyMinutes: number;
  readonly settleMs: number;
}

/**
 * From what was received to market events, without sockets and without a clock: the live feed and the playback of a
 * recording drive the same object, and the same sequence with the same options gives the same events.
 */
export class BinanceMarket {
  readonly live: LiveMarket;
  /** Frames and answers that were refused, by the field that was wrong. */
  readonly refusals: Record<string, number> = {};
  /** The last refusal in words. */
  lastRefusal: string | undefined;
  readonly marks = new Map<string, MarkPrice>();
  liquidationCount = 0;
  /** Weight per minute, when the venue has said it. */
  weightPerMinute: number | undefined;
  readonly #options: BinanceMarketOptions;
  #deliver: (event: MarketEvent) => void = ignore;
  #listing: Listing | undefined;
  #listingChanged = false;
  #quoteVolumes: ReadonlyMap<string, number> | undefined;
  #depth = new Set<string>();
  #wantedStreams: readonly WantedStream[] = [];

  constructor(options: BinanceMarketOptions) {
    this.#options = options;
    this.live = new LiveMarket({
      deliver: (event) => this.#deliver(event),
      settleMs: options.settleMs,
      historyMinutes: options.historyMinutes,
      chunkMinutes: KLINE_ROWS,
      gaplessIds: true,
      streams: ['trades', 'quotes'],
      marks: true,
    });
  }

  /** Streams that should be open now. The same array as long as nothing has changed. */
  get wantedStreams(): readonly WantedStream[] {
    return this.#wantedStreams;
  }

  /** Whether there is reason to believe that the listing has changed since it was asked for. */
  get listingDoubted(): boolean {
    if (this.#listingChanged) return true;
    for (const { offTick } of this.live.lines.values()) if (offTick) return true;
    return false;
  }

  wants(atMs: number): Want[] {
    return this.live.wants(atMs);
  }

  /** Takes the next thing that was received, in order. */
  take(received: Received, deliver: (event: MarketEvent) => void): void {
    this.#deliver = deliver;
    switch (received.kind) {
      case 'frame':
        this.#takeFrame(received.text, received.connection, received.atMs);
        break;
      case 'subscribed':
        this.live.onOpened(received.connection, carried(received.streams), received.atMs);
        break;
      case 'unsubscribed':
        this.live.onStreamsClosed(received.connection, carried(received.streams), received.atMs);
        break;
      case 'closed':
        this.live.onClosed(received.connection, received.atMs);
        break;
      case 'answer':
        this.#takeAnswer(received.asked, received.text, received.askedAtMs, received.atMs);
        break;
      case 'tick':
        this.live.onTick(received.atMs);
        break;
      case 'behind':
        this.live.onBehind(received.behind, received.atMs);
        break;
    }
    this.#deliver = ignore;
  }

  #takeFrame(text: string, connection: number, atMs: number): void {
    const frame = parse(text);
    const data = isObject(frame) ? frame.data : undefined;
    if (Array.isArray(data)) {
      for (const each of data) this.#takeData(each, connection, atMs);
    } else this.#takeData(data, connection, atMs);
  }

  #takeData(data: unknown, connection: number, atMs: number): void {
    if (!isObject(data)) {
      this.#refuse({ ok: false, problem: 'frame is not a frame of a stream' });
      return;
    }
    const sentMs = data.E;
    if (!isCount(sentMs)) {
      this.#refuse({ ok: false, problem: 'frame.E is not a time' });
      return;
    }
    this.#takeEvent(data, sentMs, connection, atMs);
  }

  #takeEvent(data: Fields, sentMs: number, connection: number, atMs: number): void {
    switch (data.e) {
      case 'aggTrade': {
        const trade = decodeAggTrade(data);
        if (trade.ok) this.live.onTrade(trade.value, sentMs, connection, atMs);
        else this.#refuse(trade);
        break;
      }
      case 'bookTicker': {
        const quote = decodeBookTicker(data);
        if (quote.ok) this.live.onQuote(quote.value.quote, quote.value.updateId, sentMs, connection, atMs);
        else this.#refuse(quote);
        break;
      }
      case 'depthUpdate': {
        const change = decodeDepthUpdate(data);
        if (change.ok) this.live.onDepth(change.value, sentMs, connection, atMs);
        else this.#refuse(change);
        break;
      }
      case 'markPriceUpdate': {
        const mark = decodeMarkPrice(data);
        if (mark.ok) {
          if (this.live.lines.has(mark.value.symbol)) this.marks.set(mark.value.symbol, mark.value);
          this.live.onMark(mark.value.symbol, sentMs, connection, atMs);
        } else this.#refuse(mark);
        break;
      }
      case 'forceOrder': {
        const liquidation = decodeForceOrder(data);
        if (liquidation.ok) this.liquidationCount += 1;
        else this.#refuse(liquidation);
        break;
      }
      case 'contractInfo':
        // Somebody is listed, settles or changes: what exactly is in the listing.
        this.#listingChanged = true;
        break;
      default:
        this.#refuse({ ok: false, problem: `frame.e is unknown: ${String(data.e).slice(0, 40)}` });
    }
  }

  #takeAnswer(asked: Asked, text: string, askedAtMs: number, atMs: number): void {
    const body = parse(text);
    switch (asked.name) {
      case 'time': {
        const venueMs = isObject(body) ? body.serverTime : undefined;
        if (isCount(venueMs)) this.live.onTime(askedAtMs, atMs, venueMs);
        else this.#refuse({ ok: false, problem: 'time.serverTime is not a time' });
        break;
      }
      case 'exchangeInfo': {
        const listing = decodeExchangeInfo(body);
        if (!listing.ok) {
          this.#refuse(listing);
          break;
        }
        this.#listing = listing.value;
        this.#listingChanged = false;
        this.weightPerMinute = listing.value.weightPerMinute ?? this.weightPerMinute;
        for (const symbol of listing.value.refused) {
          this.#refuse({ ok: false, problem: `exchangeInfo.filters of ${symbol} make no sense` });
        }
        this.#choose(atMs);
        break;
      }
      case 'ticker24h': {
        const volumes = decodeTickers(body);
        if (!volumes.ok) {
          this.#refuse(volumes);
          break;
        }
        this.#quoteVolumes = volumes.value;
        this.#choose(atMs);
        break;
      }
      case 'klines': {
        const bars = decodeKlines(body, asked.symbol);
        if (bars.ok) this.live.onBars(asked.symbol, bars.value, asked, atMs);
        else this.#refuse(bars);
        break;
      }
      case 'depth': {
        const snapshot = decodeDepthSnapshot(body, asked.symbol);
        if (snapshot.ok) this.live.onSnapshot(snapshot.value, atMs);
        else this.#refuse(snapshot);
        break;
      }
    }
  }

  /** Who enters and who leaves. An instrument whose steps have changed does both: everything of it begins anew. */
  #choose(atMs: number): void {
    const { universe, depthInstruments, depthSpeed } = this.#options;
    if (this.#listing === undefined || this.#quoteVolumes === undefined) return;
    const watched = new Set(this.live.lines.keys());
    const chosen = chooseUniverse(this.#listing.instruments, this.#quoteVolumes, universe, watched);
    const bySymbol = new Map(chosen.map((each) => [each.instrument.symbol, each]));
    for (const [symbol, { instrument }] of [...this.live.lines]) {
      const now = bySymbol.get(symbol)?.instrument;
      if (now?.tickSize === instrument.tickSize && now.stepSize === instrument.stepSize) continue;
      if (now !== undefined) this.live.problems['filters changed'] = (this.live.problems['filters changed'] ?? 0) + 1;
      this.live.unlist(symbol, atMs);
      this.marks.delete(symbol);
    }
    // Whose book is watched stays so: a book that comes and goes costs a snapshot each time.
    const depth = new Set([...this.#depth].filter((symbol) => bySymbol.has(symbol)));
    for (const { instrument } of chosen) if (depth.size < depthInstruments) depth.add(instrument.symbol);
    this.#depth = depth;
    for (const { instrument, quoteVolume } of chosen) {
      const { symbol } = instrument;
      this.live.list(instrument, { activity: quoteVolume, depth: depth.has(symbol) }, atMs);
    }
    const streams = wantedStreams(
      chosen.map(({ instrument: { symbol } }) => ({ symbol, depth: depth.has(symbol) })),
      depthSpeed,
    );
    const names = (some: readonly WantedStream[]): string =>
      some
        .map(({ name }) => name)
        .sort()
        .join();
    if (names(streams) !== names(this.#wantedStreams)) this.#wantedStreams = streams;
  }

  /** Counted by the field, not by its value: a broken sender would make a name of every frame. */
  #refuse(refusal: Decoded<never>): void {
    if (refusal.ok) return;
    const name = refusal.problem.split(' ', 1)[0]!;
    this.refusals[name] = (this.refusals[name] ?? 0) + 1;
    this.lastRefusal = refusal.problem;
  }
}

const ignore = (): void => undefined;

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Refused by whoever looks at it: garbage is no object.
    return undefined;
  }
}

function carried(streams: readonly string[]): { readonly kind: StreamKind; readonly symbol: string }[] {
  return streams.flatMap((name) => carriedBy(name) ?? []);
}
