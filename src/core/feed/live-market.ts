import type { MarketEvent } from '../engine/event.ts';
import type { Bar } from '../market/bar.ts';
import type { Book } from '../market/book.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Quote } from '../market/quote.ts';
import { MINUTE_MS, SECOND_MS } from '../market/timeframe.ts';
import type { Trade } from '../market/trade.ts';
import type { DepthChange, DepthSnapshot } from './book-sync.ts';
import { ClockOffset } from './clock-offset.ts';
import { DeliveryLag } from './delivery-lag.ts';
import { Doubts } from './doubts.ts';
import { InstrumentLine, type Minutes } from './instrument-line.ts';
import { SettlingSeconds } from './settling-seconds.ts';
import { type StreamKind, WatchedStreams } from './watched-streams.ts';

/** A trade that comes out of order is waited for this long, receive time. */
const REORDER_MS = 150;
/** A second is kept open for this long at most when the market data of its end have not come. */
const STALL_MAX_MS = 2_250;
/** A closed minute is asked for this long after its end, so that the venue has closed it, too. */
const BAR_READY_MS = 1_500;
/** What could not be repaired by then stays a hole: the minutes behind it are known already. */
const REPAIR_PATIENCE_MS = 3 * MINUTE_MS;
/** Every instrument's mark price comes every second, traded or not: without it for this long its streams are dead. */
const SILENT_AFTER_MS = 5_000;
/** Our clock and the venue's may differ by this much. */
const SKEW_MAX_MS = 500;
/** Time that jumps by more than this was not watched. */
const JUMP_MS = 10_000;

export const DOUBT = {
  joining: 'its history has just been joined to the live market',
  disconnected: 'its streams are not connected',
  unproven: 'trades stay away since its stream was lost, or longer than they ever do',
  missing: 'trades are missing; their minutes are being fetched',
  silent: `no mark price for ${SILENT_AFTER_MS / 1000} s`,
  crossed: 'bid and ask are crossed',
  book: 'the order book is out of step',
  quiet: 'quotes stay away longer than they ever do',
  offTick: 'its prices do not fit its price step',
  skew: `the clock of this computer is more than ${SKEW_MAX_MS} ms away from the venue’s`,
  delayed: 'market data arrive more than 1 s late',
  behind: 'this computer cannot follow the market',
} as const;

/** Something to be asked of the venue. */
export type Want =
  | ({ readonly kind: 'bars'; readonly symbol: string; readonly urgent: boolean } & Minutes)
  | { readonly kind: 'snapshot'; readonly symbol: string; readonly urgent: true };

export interface LiveMarketOptions {
  readonly deliver: (event: MarketEvent) => void;
  /** How long after its end a second is closed. */
  readonly settleMs: number;
  /** How much history an instrument begins with. */
  readonly historyMinutes: number;
  /** Whole minutes per request for history. */
  readonly chunkMinutes: number;
  /** Trade ids count without holes, so that a hole shows what is missing. */
  readonly gaplessIds: boolean;
  /** Which streams an instrument needs so that it can be acted on. */
  readonly streams: readonly StreamKind[];
  /** Every instrument has a mark price every second. */
  readonly marks: boolean;
}

/**
 * From what a venue sends to what the engine is told: pure, driven by receive times, so that a recording of what was
 * received gives the same events as it did live. It puts seconds in order, trades each exactly once, books in step,
 * history and live minutes together without a seam; and it says of every instrument whether it can be acted on.
 *
 * Times called `atMs` are our clock, all others exchange time.
 */
export class LiveMarket {
  readonly offset = new ClockOffset();
  readonly doubts: Doubts;
  /** What could not be believed or was lost, by name. */
  readonly problems: Record<string, number> = {};
  /** Trades and quotes that came twice because two connections overlap, as intended. */
  overlapped = 0;
  readonly #options: LiveMarketOptions;
  readonly #deliver: (event: MarketEvent) => void;
  readonly #lines = new Map<string, InstrumentLine>();
  readonly #streams = new WatchedStreams();
  readonly #seconds: SettlingSeconds;
  readonly #lag = new DeliveryLag();

  constructor(options: LiveMarketOptions) {
    this.#options = options;
    this.#deliver = options.deliver;
    this.doubts = new Doubts(options.deliver);
    this.#seconds = new SettlingSeconds(options.deliver);
  }

  get lines(): ReadonlyMap<string, InstrumentLine> {
    return this.#lines;
  }

  get lagMs(): number | undefined {
    return this.#lag.lastMs;
  }

  /** Our clock, when a second is to be closed next; until then nothing happens unless something is received. */
  get dueAtMs(): number {
    if (!this.#seconds.begun) return 0;
    return this.#seconds.closedMs + SECOND_MS + this.#options.settleMs - this.offset.offsetMs;
  }

  /** The venue's time now. */
  nowMs(atMs: number): number {
    return atMs + this.offset.offsetMs;
  }

  /** @param activity quote volume of 24 hours: whose history comes first */
  list(instrument: Instrument, { activity, depth }: { activity: number; depth: boolean }, atMs: number): void {
    if (this.#lines.has(instrument.symbol)) return;
    const historyFromMs = Math.floor(this.nowMs(atMs) / MINUTE_MS) * MINUTE_MS;
    const { gaplessIds } = this.#options;
    const line = new InstrumentLine({ instrument, activity, depth, gaplessIds, historyFromMs });
    line.historyDone = this.#options.historyMinutes === 0;
    this.#lines.set(instrument.symbol, line);
  }

  unlist(symbol: string, atMs: number): void {
    const line = this.#lines.get(symbol);
    if (line === undefined) return;
    this.#lines.delete(symbol);
    this.doubts.forget(symbol);
    if (line.phase === 'live') this.#deliver({ kind: 'delisted', symbol, eventTimeMs: this.nowMs(atMs) });
  }

  /** The venue has confirmed that this connection delivers these. */
  onOpened(
    connection: number,
    streams: readonly { readonly kind: StreamKind; readonly symbol: string }[],
    atMs: number,
  ): void {
    const nowMs = this.nowMs(atMs);
    for (const { kind, symbol } of streams) {
      this.#streams.open(kind, symbol, connection, nowMs);
      const line = this.#lines.get(symbol);
      if (line !== undefined) this.#review(line, atMs);
    }
  }

  onStreamsClosed(
    connection: number,
    streams: readonly { readonly kind: StreamKind; readonly symbol: string }[],
    atMs: number,
  ): void {
    for (const { kind, symbol } of streams) {
      if (this.#streams.close(kind, symbol, connection)) this.#lost(kind, symbol, atMs);
    }
  }

  onClosed(connection: number, atMs: number): void {
    this.#lag.forget(connection);
    for (const { kind, symbol } of this.#streams.closeAll(connection)) this.#lost(kind, symbol, atMs);
  }

  /** @param sentMs when the venue sent it */
  onTrade(trade: Trade, sentMs: number, connection: number, atMs: number): void {
    const line = this.#lineOf(trade.symbol);
    if (line === undefined) return;
    this.#lag.note('trades', connection, this.nowMs(atMs) - sentMs, trade.eventTimeMs);
    const { chain } = line;
    switch (chain.judge(trade, atMs)) {
      case 'repeated':
        if (connection === line.tradeConnection) this.#count('duplicate trade');
        else this.overlapped += 1;
        return;
      case 'ahead':
        if (chain.overflows) this.#giveUp(line, atMs);
        return;
      case 'next':
        line.tradeConnection = connection;
        line.tradePause.note(atMs);
        if (isOffTick(trade.price, line.instrument.tickSize) !== line.offTick) {
          line.offTick = !line.offTick;
          if (line.offTick) this.#count('price off tick');
          this.#review(line, atMs);
        }
        this.#accept(line, trade, atMs);
        for (let next = chain.follow(); next !== undefined; next = chain.follow()) {
          this.#count('reordered trade');
          this.#accept(line, next, atMs);
        }
    }
  }

  /** @param updateId grows with every quote of the instrument */
  onQuote(quote: Quote, updateId: number, sentMs: number, connection: number, atMs: number): void {
    const line = this.#lineOf(quote.symbol);
    if (line === undefined) return;
    this.#lag.note('quotes', connection, this.nowMs(atMs) - sentMs, quote.eventTimeMs);
    if (updateId <= line.quoteId) {
      this.overlapped += 1;
      return;
    }
    line.quoteId = updateId;
    line.quotePause.note(atMs);
    const crossed = quote.bidPrice > quote.askPrice;
    if (crossed) this.#count('crossed quote');
    if (crossed !== line.crossedQuote) {
      line.crossedQuote = crossed;
      this.#review(line, atMs);
    }
    if (crossed) return;
    line.quote = quote;
    this.#offer(line, quote);
  }

  onDepth(change: DepthChange, sentMs: number, connection: number, atMs: number): void {
    const line = this.#lineOf(change.symbol);
    if (line?.book === undefined) return;
    line.depthPause.note(atMs);
    this.#lag.note('depth', connection, this.nowMs(atMs) - sentMs, change.eventTimeMs);
    this.#tookBook(line, line.book.onChange(change), atMs);
  }

  onSnapshot(snapshot: DepthSnapshot, atMs: number): void {
    const line = this.#lines.get(snapshot.symbol);
    if (line?.book === undefined) return;
    this.#tookBook(line, line.book.onSnapshot(snapshot), atMs);
  }

  /** A whole book from a venue that sends no changes. */
  onBook(book: Book, atMs: number): void {
    const line = this.#lineOf(book.symbol);
    if (line === undefined) return;
    const crossed = (book.bidPrices[0] ?? 0) >= (book.askPrices[0] ?? Number.POSITIVE_INFINITY);
    if (crossed) this.#count('crossed book');
    if (crossed !== line.crossedQuote) {
      line.crossedQuote = crossed;
      this.#review(line, atMs);
    }
    if (!crossed) this.#offer(line, book);
  }

  onMark(symbol: string, sentMs: number, connection: number, atMs: number): void {
    this.#lag.note('marks', connection, this.nowMs(atMs) - sentMs, sentMs);
    const line = this.#lines.get(symbol);
    if (line === undefined) return;
    const silent = line.markAtMs !== undefined && atMs - line.markAtMs > SILENT_AFTER_MS;
    line.markAtMs = atMs;
    if (silent) this.#review(line, atMs);
  }

  /** The venue's answer to its time. */
  onTime(askedAtMs: number, heardAtMs: number, venueMs: number): void {
    this.offset.add(askedAtMs, heardAtMs, venueMs);
  }

  onBehind(behind: boolean, atMs: number): void {
    this.doubts.set(undefined, DOUBT.behind, behind, this.nowMs(atMs));
  }

  /** Closed minutes that were asked for, oldest first. @param asked the minutes that were asked for */
  onBars(symbol: string, bars: readonly Bar[], asked: Minutes, atMs: number): void {
    const line = this.#lines.get(symbol);
    if (line === undefined) return;
    const nowMs = this.nowMs(atMs);
    // The minute that is still forming at the venue is nobody's bar.
    const closed = bars.filter((bar) => bar.closeTimeMs <= nowMs && bar.openTimeMs >= asked.fromMs);
    if (line.phase === 'loading') this.#takeHistory(line, closed, asked, nowMs);
    else if (line.phase === 'joining') this.#join(line, closed, atMs);
    else this.#repaired(line, closed, atMs);
  }

  /** Time passes: closes seconds that have settled, and looks at everything that nobody tells us. */
  onTick(atMs: number): void {
    const nowMs = this.nowMs(atMs);
    const seconds = this.#seconds;
    if (!seconds.begun) seconds.begin(nowMs - this.#options.settleMs);
    for (const line of this.#lines.values()) {
      const { missingSinceMs } = line.chain;
      if (missingSinceMs !== undefined && atMs - missingSinceMs >= REORDER_MS) this.#giveUp(line, atMs);
    }
    if (nowMs - seconds.closedMs > JUMP_MS) this.#skip(nowMs, atMs);
    while (this.#isSettled(seconds.closedMs + SECOND_MS, nowMs)) {
      this.#beforeSecond(seconds.closedMs + SECOND_MS, atMs);
      seconds.closeSecond();
      this.#afterSecond(atMs);
    }
  }

  /** Venues stall for moments, too: a second waits until every busy connection has gone beyond it, but not for ever. */
  #isSettled(closeMs: number, nowMs: number): boolean {
    const dueMs = closeMs + this.#options.settleMs;
    return nowMs >= dueMs && (this.#lag.allHavePassed(closeMs) || nowMs >= dueMs + STALL_MAX_MS);
  }

  /** What is to be asked of the venue, most pressing first. */
  wants(atMs: number): Want[] {
    const nowMs = this.nowMs(atMs);
    const urgent: Want[] = [];
    const history: { readonly want: Want; readonly activity: number }[] = [];
    for (const line of this.#lines.values()) {
      const { symbol } = line;
      if (line.book?.wantsSnapshot === true) urgent.push({ kind: 'snapshot', symbol, urgent: true });
      const minutes = this.#minutesOf(line, nowMs);
      if (minutes === undefined) continue;
      const want: Want = { kind: 'bars', symbol, ...minutes, urgent: line.phase !== 'loading' };
      if (want.urgent) urgent.push(want);
      else history.push({ want, activity: line.activity });
    }
    history.sort((a, b) => b.activity - a.activity);
    return [...urgent, ...history.map(({ want }) => want)];
  }

  #minutesOf(line: InstrumentLine, nowMs: number): Minutes | undefined {
    if (line.phase === 'loading') {
      if (line.historyDone) return undefined;
      const toMs = line.historyFromMs;
      return { fromMs: toMs - this.#options.chunkMinutes * MINUTE_MS, toMs };
    }
    if (line.phase === 'joining') {
      const fromMs = line.history.at(-1)?.closeTimeMs ?? line.joinMs - MINUTE_MS;
      return nowMs >= line.joinMs + BAR_READY_MS ? { fromMs, toMs: line.joinMs } : undefined;
    }
    if (line.repair === undefined || line.broken || line.reopens || nowMs < line.repair.toMs + BAR_READY_MS)
      return undefined;
    // A bar closes its minute: what is left of one that settles late would come behind it.
    return this.#seconds.closedMs >= line.repair.toMs ? line.repair : undefined;
  }

  #accept(line: InstrumentLine, trade: Trade, atMs: number): void {
    if (line.unprovenSinceMs !== undefined) {
      // Ids that go on prove that nothing is missing; where ids prove nothing, something is.
      const { unprovenSinceMs } = line;
      line.unprovenSinceMs = undefined;
      if (!this.#options.gaplessIds && !line.broken) {
        this.#lose(line, unprovenSinceMs, trade.eventTimeMs, 'the connection was lost', atMs);
      }
      line.broken = false;
      this.#review(line, atMs);
    }
    if (line.reopens) {
      // Minutes up to here are missing: the one that follows is the first that will be built.
      line.reopens = false;
      this.#extendRepair(line, line.repair?.fromMs ?? trade.eventTimeMs, trade.eventTimeMs);
    }
    if (this.#offer(line, trade)) return;
    this.#count('late trade');
    this.#lose(line, trade.eventTimeMs, this.#seconds.closedMs, 'a trade came after its second was over', atMs);
  }

  /** @returns false when it came too late */
  #offer(line: InstrumentLine, event: Trade | Quote | Book): boolean {
    if (line.phase === 'live') {
      const taken = this.#seconds.offer(event, event.eventTimeMs);
      if (!taken && event.kind !== 'trade') this.#count(`late ${event.kind}`);
      return taken;
    }
    if (line.phase === 'joining' && event.eventTimeMs >= line.joinMs) line.queue.push(event);
    return true;
  }

  #tookBook(line: InstrumentLine, book: Book | undefined, atMs: number): void {
    const problem = line.book!.takeProblem();
    if (problem !== undefined) this.#count(problem);
    if (book !== undefined) this.#offer(line, book);
    const doubted = this.doubts.has(line.symbol, DOUBT.book);
    if (doubted === line.book!.inStep) this.#review(line, atMs);
  }

  #giveUp(line: InstrumentLine, atMs: number): void {
    const fromMs = line.chain.lastMs;
    const { missing, trade } = line.chain.giveUp();
    this.#count('missing trade', missing);
    if (line.phase === 'joining') line.joinAfter(this.nowMs(atMs), MINUTE_MS);
    this.#lose(line, fromMs, trade.eventTimeMs, `${missing} trades are missing`, atMs);
    this.#accept(line, trade, atMs);
    for (let next = line.chain.follow(); next !== undefined; next = line.chain.follow()) {
      this.#accept(line, next, atMs);
    }
  }

  /** Trades in `[fromMs, toMs)` did not come: the engine forgets the forming minute, and the venue is asked for it. */
  #lose(line: InstrumentLine, fromMs: number, toMs: number, reason: string, atMs: number, closesNow = false): void {
    if (line.phase !== 'live') return;
    const to = Math.max(fromMs, toMs);
    const gap = { kind: 'gap', symbol: line.symbol, fromMs, toMs: to, reason } as const;
    // Behind what still waits for its second, but never behind the close of the minute that it spoils.
    if (closesNow) this.#deliver(gap);
    else this.#seconds.offer(gap, Math.max(to, this.#seconds.closedMs));
    this.#extendRepair(line, fromMs, to);
    line.reopens = true;
    this.#review(line, atMs);
  }

  #extendRepair(line: InstrumentLine, fromMs: number, toMs: number): void {
    const from = Math.floor(fromMs / MINUTE_MS) * MINUTE_MS;
    const to = Math.ceil(toMs / MINUTE_MS) * MINUTE_MS;
    const { repair } = line;
    line.repair = { fromMs: Math.min(from, repair?.fromMs ?? from), toMs: Math.max(to, repair?.toMs ?? to) };
  }

  #lost(kind: StreamKind, symbol: string, atMs: number): void {
    const line = this.#lines.get(symbol);
    if (line === undefined) return;
    if (kind === 'trades') {
      line.unprovenSinceMs ??= this.nowMs(atMs);
      line.tradePause.skip();
    } else if (kind === 'quotes') line.quotePause.skip();
    else {
      line.book?.reset();
      line.depthPause.skip();
    }
    this.#review(line, atMs);
  }

  #takeHistory(line: InstrumentLine, bars: readonly Bar[], asked: Minutes, nowMs: number): void {
    if (asked.toMs !== line.historyFromMs) return;
    line.history = [...bars.filter((bar) => bar.closeTimeMs <= line.historyFromMs), ...line.history];
    line.historyFromMs = asked.fromMs;
    const wantedMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - this.#options.historyMinutes * MINUTE_MS;
    // An answer that is empty, or begins late, reaches back to the listing.
    const listedHere = bars.length === 0 || bars[0]!.openTimeMs > asked.fromMs;
    line.historyDone = listedHere || asked.fromMs <= wantedMs;
  }

  /** Joins history and live minutes, when the bar before the first live minute is there. */
  #join(line: InstrumentLine, bars: readonly Bar[], atMs: number): void {
    const nowMs = this.nowMs(atMs);
    const knownMs = line.history.at(-1)?.closeTimeMs ?? Number.NEGATIVE_INFINITY;
    const fresh = bars.filter((bar) => bar.openTimeMs >= knownMs && bar.closeTimeMs <= line.joinMs);
    if (fresh.at(-1)?.closeTimeMs !== line.joinMs) return;
    if (
      line.unprovenSinceMs !== undefined ||
      line.chain.missingSinceMs !== undefined ||
      this.#watchedMs(line) > line.joinMs
    ) {
      line.history.push(...fresh);
      line.joinAfter(nowMs, MINUTE_MS);
      return;
    }
    // What its history decides is over: the first decision that counts is of the next second.
    this.doubts.set(line.symbol, DOUBT.joining, true, nowMs);
    this.#deliver({ kind: 'instrument', instrument: line.instrument });
    for (const bar of line.history) this.#deliver(bar);
    for (const bar of fresh) this.#deliver(bar);
    const queue = inSeconds(line.queue);
    line.history = [];
    line.queue = [];
    line.phase = 'live';
    // The seconds that were over while it waited: its desk begins behind them and closes them by itself.
    for (const event of queue) {
      if (event.eventTimeMs < this.#seconds.closedMs) this.#deliver(event);
      else this.#seconds.offer(event, event.eventTimeMs);
    }
    this.#review(line, atMs);
  }

  #repaired(line: InstrumentLine, bars: readonly Bar[], atMs: number): void {
    const { repair } = line;
    if (repair === undefined || line.broken || line.reopens) return;
    const missing = bars.filter((bar) => bar.openTimeMs >= repair.fromMs && bar.closeTimeMs <= repair.toMs);
    if (missing.at(-1)?.closeTimeMs !== repair.toMs) return;
    for (const bar of missing) this.#deliver(bar);
    line.repair = undefined;
    this.#review(line, atMs);
  }

  #beforeSecond(closeMs: number, atMs: number): void {
    const closesMinute = closeMs % MINUTE_MS === 0;
    for (const line of this.#lines.values()) {
      if (line.chain.waitsBefore(closeMs)) this.#giveUp(line, atMs);
      if (!closesMinute || line.phase !== 'live' || line.broken) continue;
      // A bar must not close while a trade of it may be missing, or on its way.
      const arrived =
        this.#lag.hasPassed('trades', line.tradeConnection, closeMs) && !line.tradePause.isSuspicious(atMs);
      if (line.unprovenSinceMs === undefined && arrived) continue;
      if (line.unprovenSinceMs === undefined) this.#count('minute not settled');
      line.unprovenSinceMs ??= line.chain.lastMs;
      line.broken = true;
      this.#lose(
        line,
        line.unprovenSinceMs,
        closeMs,
        'its trades had not arrived when the minute was over',
        atMs,
        true,
      );
    }
  }

  #afterSecond(atMs: number): void {
    const nowMs = this.nowMs(atMs);
    this.doubts.settle(this.#seconds.closedMs);
    this.#lag.closeSecond();
    // Frames from the future say something only when we know well what time it is there.
    const ahead = this.#lag.ahead && this.offset.uncertaintyMs < SKEW_MAX_MS / 2;
    const skewed = this.offset.certainSkewMs > SKEW_MAX_MS || ahead;
    this.doubts.set(undefined, DOUBT.skew, skewed, nowMs);
    this.doubts.set(undefined, DOUBT.delayed, this.#lag.delayed, nowMs);
    for (const line of this.#lines.values()) {
      if (line.phase === 'loading' && line.historyDone && this.#watchedMs(line) < Number.POSITIVE_INFINITY) {
        line.joinAfter(nowMs, MINUTE_MS);
      }
      if (line.repair !== undefined && !line.broken && !line.reopens && nowMs > line.repair.toMs + REPAIR_PATIENCE_MS) {
        this.#count('minute not repaired');
        line.repair = undefined;
      }
      this.doubts.set(line.symbol, DOUBT.joining, false, nowMs);
      // A stream that is dead alone looks like a quiet market: one that is far too quiet proves nothing.
      if (line.unprovenSinceMs === undefined && line.tradePause.isTooLong(atMs)) {
        this.#count('trades stay away');
        line.unprovenSinceMs = line.chain.lastMs;
      }
      this.#review(line, atMs);
    }
  }

  /** Nothing was processed for a while: the machine slept, or stood still. */
  #skip(nowMs: number, atMs: number): void {
    const fromMs = this.#seconds.closedMs;
    this.#count('time jumped');
    const toMs = Math.floor((nowMs - this.#options.settleMs) / SECOND_MS) * SECOND_MS;
    this.#deliver({ kind: 'gap', symbol: undefined, fromMs, toMs, reason: 'nothing was processed in this time' });
    this.#seconds.skipTo(toMs);
    for (const line of this.#lines.values()) {
      if (line.phase === 'joining') line.joinAfter(nowMs, MINUTE_MS);
      if (line.phase !== 'live') continue;
      line.broken = true;
      line.reopens = true;
      line.unprovenSinceMs ??= fromMs;
      this.#extendRepair(line, fromMs, toMs);
      this.#review(line, atMs);
    }
  }

  /** Since when its trades are watched without a break. */
  #watchedMs(line: InstrumentLine): number {
    return this.#streams.sinceMs('trades', line.symbol) ?? Number.POSITIVE_INFINITY;
  }

  /** Says of one instrument what speaks against it now. */
  #review(line: InstrumentLine, atMs: number): void {
    if (line.phase !== 'live') return;
    const { symbol, book } = line;
    const nowMs = this.nowMs(atMs);
    const connected = this.#options.streams.every((kind) => this.#streams.sinceMs(kind, symbol) !== undefined);
    this.doubts.set(symbol, DOUBT.disconnected, !connected, nowMs);
    this.doubts.set(symbol, DOUBT.unproven, connected && line.unprovenSinceMs !== undefined, nowMs);
    this.doubts.set(symbol, DOUBT.missing, line.repair !== undefined && line.unprovenSinceMs === undefined, nowMs);
    this.doubts.set(symbol, DOUBT.crossed, line.crossedQuote, nowMs);
    const bookLost = book !== undefined && (!book.inStep || line.depthPause.isTooLong(atMs));
    this.doubts.set(symbol, DOUBT.book, bookLost, nowMs);
    this.doubts.set(symbol, DOUBT.quiet, line.quotePause.isTooLong(atMs), nowMs);
    this.doubts.set(symbol, DOUBT.offTick, line.offTick, nowMs);
    if (!this.#options.marks) return;
    const silent = line.markAtMs === undefined || atMs - line.markAtMs > SILENT_AFTER_MS;
    this.doubts.set(symbol, DOUBT.silent, silent, nowMs);
  }

  #lineOf(symbol: string): InstrumentLine | undefined {
    const line = this.#lines.get(symbol);
    // Frames of one that has just left are still on their way.
    if (line === undefined) this.#count('unknown instrument');
    return line;
  }

  #count(name: string, times = 1): void {
    this.problems[name] = (this.problems[name] ?? 0) + times;
  }
}

/** A price of up to 15 digits over its tick is a whole number but for a few units in the last place. */
function isOffTick(price: number, tickSize: number): boolean {
  const ticks = price / tickSize;
  return Math.abs(ticks - Math.round(ticks)) > 1e-9 + ticks * 1e-14;
}

/** In the order of their seconds, and as they came within each. */
function inSeconds<E extends { readonly eventTimeMs: number }>(events: readonly E[]): E[] {
  const secondOf = ({ eventTimeMs }: E): number => Math.floor(eventTimeMs / SECOND_MS);
  return [...events].sort((a, b) => secondOf(a) - secondOf(b));
}
