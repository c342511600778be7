import { assert } from '../assert.ts';
import type { Book } from '../market/book.ts';
import type { Instrument } from '../market/instrument.ts';
import type { Quote } from '../market/quote.ts';
import type { Side, Trade } from '../market/trade.ts';
import { Random } from '../simulation/random.ts';
import { Displayed } from './displayed.ts';
import type { PaperFill, PaperOrder } from './order.ts';
import type { PaperSettings } from './settings.ts';

/** Books newer than this make quotes and prints superfluous: they say more. */
const BOOK_COUNTS_MS = 2_000;
/** Quotes newer than this make prints superfluous as a price to trade at. */
const QUOTE_COUNTS_MS = 5_000;
/** Quantities closer together than this share of a step are the same. */
const DUST = 1e-6;

interface Working {
  readonly order: PaperOrder;
  price: number | undefined;
  leavesQty: number;
  triggered: boolean;
}

interface Market {
  readonly instrument: Instrument;
  /** In the order in which they came. */
  readonly orders: Map<string, Working>;
  /** What we took of the side that is bought from, and of the side that is sold to. */
  readonly taken: Readonly<Record<Side, Displayed>>;
  bookMs: number;
  quoteMs: number;
}

/** One side of the market, best price first. */
interface Ladder {
  readonly prices: ArrayLike<number>;
  readonly sizes: ArrayLike<number>;
}

/**
 * Matches orders against a market that does not know of them: pure, deterministic, driven by market events in their
 * order. Nothing is filled before it is at the venue, and nothing beyond what the market displays.
 *
 *   market   walks the book, level by level, as far as its price allows; what is left waits for the next book
 *   stop     on the side that it would trade at; filled where the market is then, so a gap costs what it costs
 *   limit    by the fill model, at its own price; stops of the same event come first
 *
 * Where there is no book the best quote is a book of one level, and where there are no quotes a print is: its size is
 * all that is there, and it costs `blindSlippageBps`.
 */
export class PaperVenue {
  readonly #settings: PaperSettings;
  readonly #markets = new Map<string, Market>();
  readonly #chance: Random;
  /** Net of all fills by symbol, signed, in whole steps: the venue's own ledger. */
  readonly #positions = new Map<string, number>();
  /** A quote as a book of one level, made anew by every quote. */
  readonly #quoted = { bid: { prices: [0], sizes: [0] }, ask: { prices: [0], sizes: [0] } };
  /** Of the event under way. */
  #fills: PaperFill[] | undefined;

  constructor(settings: PaperSettings, seed: string) {
    this.#settings = settings;
    this.#chance = Random.of(0, `paper|${seed}`);
  }

  /** Whether anything of this symbol waits: only then need the venue be told of the market. */
  isWaiting(symbol: string): boolean {
    return this.#markets.get(symbol) !== undefined;
  }

  /** What is open by the venue's own ledger, signed. */
  get positions(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#positions);
  }

  /** A position from before a restart. */
  recall(symbol: string, side: Side, qty: number): void {
    this.#book(symbol, side, qty);
  }

  #book(symbol: string, side: Side, qty: number): void {
    const net = (this.#positions.get(symbol) ?? 0) + (side === 'buy' ? qty : -qty);
    if (Math.abs(net) <= qty * 1e-9) this.#positions.delete(symbol);
    else this.#positions.set(symbol, Number(net.toPrecision(12)));
  }

  submit(order: PaperOrder, instrument: Instrument): void {
    assert(order.qty > 0 && Number.isFinite(order.qty), `paper venue: ${order.id} has a quantity of ${order.qty}`);
    const price = order.price ?? 1;
    assert(price > 0 && Number.isFinite(price), `paper venue: ${order.id} has a price of ${price}`);
    let market = this.#markets.get(order.symbol);
    if (market === undefined) {
      const taken = { buy: new Displayed(), sell: new Displayed() };
      market = {
        instrument,
        orders: new Map(),
        taken,
        bookMs: Number.NEGATIVE_INFINITY,
        quoteMs: Number.NEGATIVE_INFINITY,
      };
      this.#markets.set(order.symbol, market);
    }
    assert(!market.orders.has(order.id), `paper venue: ${order.id} is there already`);
    const triggered = order.type === 'market';
    market.orders.set(order.id, { order, price: order.price, leavesQty: order.qty, triggered });
  }

  /** @returns what of it was not filled; `undefined` when it is not there */
  cancel(symbol: string, id: string): number | undefined {
    const market = this.#markets.get(symbol);
    const working = market?.orders.get(id);
    if (market === undefined || working === undefined) return undefined;
    this.#remove(market, id);
    return working.leavesQty;
  }

  /** Moves a stop or target that is still waiting. */
  move(symbol: string, id: string, price: number): void {
    const working = this.#markets.get(symbol)?.orders.get(id);
    if (working !== undefined && (working.order.type === 'limit' || !working.triggered)) working.price = price;
  }

  onBook(book: Book): readonly PaperFill[] {
    const market = this.#markets.get(book.symbol);
    if (market === undefined) return NO_FILLS;
    market.bookMs = book.eventTimeMs;
    const bids = { prices: book.bidPrices, sizes: book.bidSizes };
    return this.#match(market, bids, { prices: book.askPrices, sizes: book.askSizes }, book.eventTimeMs);
  }

  onQuote(quote: Quote): readonly PaperFill[] {
    const market = this.#markets.get(quote.symbol);
    if (market === undefined) return NO_FILLS;
    market.quoteMs = quote.eventTimeMs;
    if (quote.eventTimeMs - market.bookMs <= BOOK_COUNTS_MS) return NO_FILLS;
    const { bid, ask } = this.#quoted;
    [bid.prices[0], bid.sizes[0]] = [quote.bidPrice, quote.bidSize];
    [ask.prices[0], ask.sizes[0]] = [quote.askPrice, quote.askSize];
    return this.#match(market, bid, ask, quote.eventTimeMs);
  }

  onTrade(trade: Trade): readonly PaperFill[] {
    const market = this.#markets.get(trade.symbol);
    if (market === undefined) return NO_FILLS;
    const { eventTimeMs: nowMs, price, size, aggressor } = trade;
    const isBlind = nowMs - market.bookMs > BOOK_COUNTS_MS && nowMs - market.quoteMs > QUOTE_COUNTS_MS;
    this.#fills = undefined;
    let leftOfPrint = size;
    // Nothing is added while it is gone through, and what is removed behind is not seen again.
    for (const working of market.orders.values()) {
      if (nowMs < working.order.activeAtMs) continue;
      if (isBlind && working.order.type !== 'limit' && this.#triggers(working, price)) {
        const print = { prices: [price], sizes: [size] };
        leftOfPrint -= this.#walk(market, working, print, nowMs, leftOfPrint, this.#settings.blindSlippageBps);
      } else if (working.order.type === 'limit' && working.order.side !== aggressor && leftOfPrint > 0) {
        // A print against us on our side of the book: it would have met our order.
        if (this.#meets(working, price, market.instrument.tickSize)) {
          leftOfPrint -= this.#fillResting(market, working, leftOfPrint, nowMs);
        }
      }
    }
    return this.#fills ?? NO_FILLS;
  }

  #match(market: Market, bids: Ladder, asks: Ladder, nowMs: number): readonly PaperFill[] {
    this.#fills = undefined;
    const bid = bids.prices[0];
    const ask = asks.prices[0];
    // A crossed or one-sided book is no market to trade in.
    if (bid === undefined || ask === undefined || !(bid < ask)) return NO_FILLS;
    for (const each of market.orders.values()) {
      const { type, side, activeAtMs } = each.order;
      if (nowMs < activeAtMs) continue;
      const against = side === 'buy' ? asks : bids;
      if (type !== 'limit' && this.#triggers(each, against.prices[0]!)) {
        this.#walk(market, each, against, nowMs, Number.POSITIVE_INFINITY, 0);
      }
    }
    for (const each of market.orders.values()) {
      const { type, side, activeAtMs } = each.order;
      if (type !== 'limit' || nowMs < activeAtMs) continue;
      const against = side === 'buy' ? asks : bids;
      if (!this.#meets(each, against.prices[0]!, market.instrument.tickSize)) continue;
      this.#fillFromLadder(market, each, against, nowMs);
    }
    return this.#fills ?? NO_FILLS;
  }

  /** Whether it is, or has become, an order that crosses the spread. */
  #triggers(working: Working, price: number): boolean {
    if (working.triggered) return true;
    const { side } = working.order;
    working.triggered = side === 'sell' ? price <= working.price! : price >= working.price!;
    return working.triggered;
  }

  /** @param price what it could trade at now */
  #meets({ order, price: ours }: Working, price: number, tickSize: number): boolean {
    const beyond = order.side === 'sell' ? price - ours! : ours! - price;
    // Half a tick: prices are sums of binary dust, ticks are not.
    if (beyond > tickSize / 2) return true;
    if (beyond < -tickSize / 2 || this.#settings.fillModel === 'risk_averse') return false;
    return this.#settings.fillModel === 'touch' || this.#chance.uniform() < 0.5;
  }

  /** @returns how much was taken */
  #walk(market: Market, working: Working, against: Ladder, nowMs: number, most: number, slippageBps: number): number {
    const { side, type } = working.order;
    const away = side === 'buy' ? 1 : -1;
    const taken = market.taken[side];
    let wanted = Math.min(this.#wanted(market, working), most);
    let [qty, value] = [0, 0];
    for (let level = 0; level < against.prices.length && wanted > 0; level += 1) {
      const shown = against.prices[level]!;
      const blind = against.sizes[level] === 0 ? this.#settings.blindSlippageBps : slippageBps;
      const price = shown * (1 + (away * blind) / 1e4);
      if (type === 'market' && working.price !== undefined && (price - working.price) * away > 1e-9 * price) break;
      const size = against.sizes[level]!;
      const part = wholeSteps(Math.min(wanted, taken.availableAt(shown, size)), market.instrument.stepSize);
      if (part <= 0) continue;
      taken.take(shown, size, part);
      qty += part;
      value += part * price;
      wanted -= part;
    }
    if (qty > 0) this.#fill(market, working, qty, value / qty, 'taker', nowMs);
    return qty;
  }

  /** It waits at its own price, and is met by what is displayed beyond it. */
  #fillFromLadder(market: Market, working: Working, against: Ladder, nowMs: number): void {
    const { side } = working.order;
    const taken = market.taken[side];
    let left = this.#wanted(market, working);
    let qty = 0;
    for (let level = 0; level < against.prices.length && left > 0; level += 1) {
      const price = against.prices[level]!;
      if (side === 'sell' ? price < working.price! : price > working.price!) break;
      const size = against.sizes[level]!;
      const part = wholeSteps(Math.min(left, taken.availableAt(price, size)), market.instrument.stepSize);
      if (part <= 0) continue;
      taken.take(price, size, part);
      qty += part;
      left -= part;
    }
    if (qty > 0) this.#fill(market, working, qty, working.price!, 'maker', nowMs);
  }

  #fillResting(market: Market, working: Working, most: number, nowMs: number): number {
    const qty = wholeSteps(Math.min(this.#wanted(market, working), most), market.instrument.stepSize);
    if (qty > 0) this.#fill(market, working, qty, working.price!, 'maker', nowMs);
    return qty;
  }

  #wanted({ instrument }: Market, { order, leavesQty }: Working): number {
    const open = order.reduces?.qty ?? Number.POSITIVE_INFINITY;
    return wholeSteps(Math.min(leavesQty, open), instrument.stepSize);
  }

  #fill(market: Market, working: Working, qty: number, price: number, role: PaperFill['role'], atMs: number): void {
    const { order } = working;
    const dust = DUST * market.instrument.stepSize;
    const left = working.leavesQty - qty;
    working.leavesQty = left > dust ? left : 0;
    if (order.reduces !== undefined) {
      const open = order.reduces.qty - qty;
      order.reduces.qty = open > dust ? open : 0;
    }
    if (working.leavesQty === 0) this.#remove(market, order.id);
    this.#book(order.symbol, order.side, qty);
    this.#fills ??= [];
    this.#fills.push({ orderId: order.id, qty, price, role, leavesQty: working.leavesQty, atMs });
  }

  #remove(market: Market, id: string): void {
    market.orders.delete(id);
    if (market.orders.size === 0) this.#markets.delete(market.instrument.symbol);
  }
}

const NO_FILLS: readonly PaperFill[] = [];

/** The largest whole number of steps in it, free of binary dust: 0.3 of 0.1 are three steps. */
export function wholeSteps(qty: number, stepSize: number): number {
  if (!Number.isFinite(qty)) return qty;
  const steps = Math.floor(qty / stepSize + DUST);
  return Number((steps * stepSize).toPrecision(15));
}
