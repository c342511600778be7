import type { MarketEvent } from '../../src/core/engine/event.ts';
import { MINUTE_MS, SECOND_MS } from '../../src/core/market/timeframe.ts';
import type { Random } from '../../src/core/simulation/random.ts';
import { knownAtMs, type LawTape, symbolOf } from './system.testing.ts';

/** How many of the events are known when `nowMs` is decided: what is at `nowMs` itself belongs to the future, closed bars do not. */
export function knownBy(tape: LawTape, nowMs: number): number {
  const { events } = tape;
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isKnown(events[middle]!, nowMs)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isKnown(event: MarketEvent, nowMs: number): boolean {
  const timeMs = knownAtMs(event);
  return timeMs < nowMs || (timeMs === nowMs && (event.kind === 'bar' || event.kind === 'clock'));
}

/** A moment at which something is decided: a bar's close, or right after some event the end of its second or of its minute. */
export function someMoment(tape: LawTape, chance: Random): number {
  const { events } = tape;
  const bars = barsAtStart(tape);
  const isInBars = bars > 0 && (bars === events.length || chance.uniform() < 0.5);
  const [from, to] = isInBars ? [0, bars] : [bars, events.length];
  const timeMs = knownAtMs(events[from + Math.floor(chance.uniform() * (to - from))]!);
  if (isInBars) return timeMs;
  const gridMs = chance.uniform() < 0.5 ? MINUTE_MS : SECOND_MS;
  const endMs = Math.floor(timeMs / gridMs) * gridMs + gridMs;
  // What nobody has told the whole tape was never decided on it.
  return Math.min(endMs, Math.floor(knownAtMs(events.at(-1)!) / SECOND_MS) * SECOND_MS);
}

/** How many events there are before the first that is neither a bar nor a clock. */
export function barsAtStart({ events }: LawTape): number {
  const first = events.findIndex((event) => event.kind !== 'bar' && event.kind !== 'clock');
  return first < 0 ? events.length : first;
}

/** The tape as it is known at `nowMs`, and the clock saying so. */
export function endingAt(tape: LawTape, nowMs: number): LawTape {
  const events: MarketEvent[] = tape.events.slice(0, knownBy(tape, nowMs));
  events.push({ kind: 'clock', eventTimeMs: nowMs });
  return { ...tape, events };
}

/**
 * The tape as it is known at `nowMs`, and then another market: prices upside down about the last ones, other sizes,
 * buyers for sellers, every third trade, quote and book missing. It ends after an hour: what would look farther ahead sees
 * that too.
 */
export function turningAt(tape: LawTape, nowMs: number, chance: Random): LawTape {
  const count = knownBy(tape, nowMs);
  const events = tape.events.slice(0, count);
  const about = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'trade') about.set(event.symbol, event.price);
    else if (event.kind === 'bar') about.set(event.symbol, event.close);
  }
  for (const event of tape.events.slice(count)) {
    if (knownAtMs(event) > nowMs + TURNED_MS) break;
    const middle = about.get(symbolOf(event) ?? '') ?? 1;
    if (event.kind !== 'bar' && event.kind !== 'clock' && chance.uniform() < 1 / 3) continue;
    events.push(upsideDown(event, middle, 0.5 + 2 * chance.uniform()));
  }
  return { ...tape, events };
}

const TURNED_MS = 60 * MINUTE_MS;

function upsideDown(event: MarketEvent, about: number, sizeBy: number): MarketEvent {
  const flip = (price: number): number => (about * about) / price;
  const flipAll = (prices: ArrayLike<number>): number[] => Array.from(prices, flip);
  switch (event.kind) {
    case 'bar': {
      const { open, high, low, close, volume, buyVolume } = event;
      const bought = buyVolume === undefined ? undefined : (volume - buyVolume) * sizeBy;
      const prices = { open: flip(open), high: flip(low), low: flip(high), close: flip(close) };
      return { ...event, ...prices, volume: volume * sizeBy, buyVolume: bought };
    }
    case 'trade': {
      const aggressor = event.aggressor === 'buy' ? 'sell' : 'buy';
      return { ...event, price: flip(event.price), size: event.size * sizeBy, aggressor };
    }
    case 'quote': {
      const { bidPrice, bidSize, askPrice, askSize } = event;
      return { ...event, bidPrice: flip(askPrice), bidSize: askSize, askPrice: flip(bidPrice), askSize: bidSize };
    }
    case 'book': {
      const { bidPrices, bidSizes, askPrices, askSizes } = event;
      const [bids, asks] = [flipAll(askPrices), flipAll(bidPrices)];
      return { ...event, bidPrices: bids, bidSizes: askSizes, askPrices: asks, askSizes: bidSizes };
    }
    default:
      return event;
  }
}

/** The tape without what was known before `fromMs`. */
export function startingAt(tape: LawTape, fromMs: number): LawTape {
  const from = tape.events.findIndex((event) => knownAtMs(event) > fromMs);
  return { ...tape, events: tape.events.slice(from) };
}

/** A whole minute (a whole second without bars) after which there is the declared warm-up, and something after that. */
export function someLaterStart(tape: LawTape, chance: Random): number {
  const firstMs = knownAtMs(tape.events[0]!);
  const lastMs = knownAtMs(tape.events.at(-1)!);
  const gridMs = barsAtStart(tape) > 0 ? MINUTE_MS : SECOND_MS;
  const roomMs = lastMs - tape.warmupMs - firstMs;
  if (roomMs <= 0) throw new Error(`${tape.name} is shorter than its warm-up`);
  return Math.ceil((firstMs + (0.1 + 0.4 * chance.uniform()) * roomMs) / gridMs) * gridMs;
}
