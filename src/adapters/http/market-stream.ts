import { decimalText } from '../../contract/decimal.ts';
import { formatInstant } from '../../contract/instant.ts';
import { jsonText } from '../../contract/json-text.ts';
import { normaliseSymbol } from '../../contract/symbol.ts';
import type { EngineEvent } from '../../core/engine/event.ts';
import type { Quote } from '../../core/market/quote.ts';
import type { Trade } from '../../core/market/trade.ts';
import type { MarketTap } from '../../ports/market-tap.ts';
import { type Later, realLater } from './later.ts';
import { MarketTicks } from './market-ticks.ts';
import { frame, type Stream } from './sse.ts';

/** With more than this unsent, a reader is left out until it has taken everything. */
const BEHIND_BYTES = 262_144;
/** A reader that takes nothing for this long is dropped. */
const PATIENCE_MS = 30_000;

interface Reader {
  readonly stream: Stream;
  /** `undefined` for all symbols. */
  readonly symbols: ReadonlySet<string> | undefined;
  /** What is sent when the engine has done its turn. */
  pending: string;
  /** How many events were left out since it fell behind; 0 while it keeps up. */
  leftOut: number;
}

/**
 * Trades and quotes as the engine sees them, for executors and charts. An event object may change as soon as it was
 * seen, so it is written down at once, and once for everybody. A slow reader costs the others nothing: it misses
 * events and is told so.
 */
export class MarketStreams implements MarketTap {
  readonly #market: { readonly label: string; readonly symbols: readonly string[] };
  readonly #readers = new Set<Reader>();
  readonly #ticks: MarketTicks;
  #flushing = false;

  constructor(market: { readonly label: string; readonly symbols: readonly string[] }, later: Later = realLater) {
    this.#market = market;
    this.#ticks = new MarketTicks(later);
  }

  get listening(): boolean {
    return this.#readers.size > 0 || this.#ticks.listening;
  }

  /**
   * @param wanted Symbols as the reader writes them; `undefined` for all.
   * @param everyMs Wall milliseconds between two ticks of a symbol, in place of every trade and quote.
   */
  serve(stream: Stream, wanted: readonly string[] | undefined, everyMs?: number): void {
    const symbols = wanted && new Set(wanted.map(normaliseSymbol));
    const watched = this.#market.symbols;
    const unknown = [...(symbols ?? [])].filter((symbol) => !watched.includes(symbol));
    const opened = {
      market: this.#market.label,
      symbols: symbols ? watched.filter((symbol) => symbols.has(symbol)) : watched,
      ...(unknown.length > 0 && { unknown }),
    };
    stream.send(frame('open', jsonText(opened)));
    if (everyMs !== undefined) {
      this.#ticks.serve(stream, symbols, everyMs);
      return;
    }
    const reader: Reader = { stream, symbols, pending: '', leftOut: 0 };
    stream.onClose(() => this.#readers.delete(reader));
    this.#readers.add(reader);
  }

  see(event: EngineEvent): void {
    if (event.kind !== 'trade' && event.kind !== 'quote') return;
    if (this.#ticks.listening) this.#ticks.see(event);
    let text: string | undefined;
    for (const reader of this.#readers) {
      if (reader.symbols !== undefined && !reader.symbols.has(event.symbol)) continue;
      if (reader.leftOut > 0 || reader.stream.unsentBytes + reader.pending.length > BEHIND_BYTES) {
        this.#leaveOut(reader);
        continue;
      }
      text ??= event.kind === 'trade' ? tradeFrame(event) : quoteFrame(event);
      reader.pending += text;
      this.#flushSoon();
    }
  }

  /** One write per turn of the engine and reader, however many events there were in it. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      for (const reader of this.#readers) flush(reader);
    });
  }

  #leaveOut(reader: Reader): void {
    reader.leftOut += 1;
    if (reader.leftOut > 1) return;
    flush(reader);
    const { stream } = reader;
    const impatience = setTimeout(() => stream.drop(), PATIENCE_MS);
    stream.onClose(() => clearTimeout(impatience));
    void stream.drained().then(() => {
      clearTimeout(impatience);
      const reason = `${reader.leftOut} events were left out because this reader was slow`;
      reader.leftOut = 0;
      stream.send(frame('reset', jsonText({ reason })));
    });
  }
}

function flush(reader: Reader): void {
  if (reader.pending === '') return;
  const { pending } = reader;
  reader.pending = '';
  reader.stream.send(pending);
}

function tradeFrame({ symbol, tradeId, price, size, aggressor, eventTimeMs }: Trade): string {
  const side = aggressor === 'buy' ? 'BUY' : 'SELL';
  const prices = `"id":${tradeId},"price":${decimalText(price)},"size":${decimalText(size)}`;
  return frame('trade', `{"symbol":"${symbol}",${prices},"side":"${side}","time":"${formatInstant(eventTimeMs)}"}`);
}

function quoteFrame({ symbol, bidPrice, bidSize, askPrice, askSize, eventTimeMs }: Quote): string {
  const bid = `"bid":${decimalText(bidPrice)},"bid_size":${decimalText(bidSize)}`;
  const ask = `"ask":${decimalText(askPrice)},"ask_size":${decimalText(askSize)}`;
  return frame('quote', `{"symbol":"${symbol}",${bid},${ask},"time":"${formatInstant(eventTimeMs)}"}`);
}
