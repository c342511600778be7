import { decimalText } from '../../contract/decimal.ts';
import { formatInstant } from '../../contract/instant.ts';
import type { Quote } from '../../core/market/quote.ts';
import type { Trade } from '../../core/market/trade.ts';
import type { Later } from './later.ts';
import { frame, type Stream } from './sse.ts';

/** With more than this unsent, a reader is told later: its ticks grow, and none is lost. */
const BEHIND_BYTES = 65_536;

/** What happened to one symbol since a reader was last told. */
interface Tick {
  timeMs: number;
  trades: number;
  high: number;
  low: number;
  buyVolume: number;
  sellVolume: number;
}

/** The newest of one symbol, for all readers. */
interface Last {
  price: number;
  bidPrice: number;
  bidSize: number;
  askPrice: number;
  askSize: number;
}

interface Reader {
  readonly stream: Stream;
  /** `undefined` for all symbols. */
  readonly symbols: ReadonlySet<string> | undefined;
  readonly ticks: Map<string, Tick>;
}

/**
 * Trades and quotes joined into one tick per symbol and interval, for charts: what a reader costs depends on how often it
 * looks, not on how much is traded. Volumes are sums, so a reader that is slow misses no volume.
 */
export class MarketTicks {
  readonly #later: Later;
  readonly #readers = new Set<Reader>();
  readonly #last = new Map<string, Last>();

  constructor(later: Later) {
    this.#later = later;
  }

  get listening(): boolean {
    return this.#readers.size > 0;
  }

  /**
   * @param symbols As the engine writes them; `undefined` for all.
   * @param everyMs Wall milliseconds between two ticks of a symbol.
   */
  serve(stream: Stream, symbols: ReadonlySet<string> | undefined, everyMs: number): void {
    const reader: Reader = { stream, symbols, ticks: new Map() };
    const tell = (): void => {
      if (stream.unsentBytes <= BEHIND_BYTES) this.#tell(reader);
      giveUp = this.#later(everyMs, tell);
    };
    let giveUp = this.#later(everyMs, tell);
    stream.onClose(() => {
      giveUp();
      this.#readers.delete(reader);
      // What is left lying is no longer kept up.
      if (!this.listening) this.#last.clear();
    });
    this.#readers.add(reader);
  }

  see(event: Trade | Quote): void {
    if (event.kind === 'trade') this.#trade(event);
    else this.#quote(event);
  }

  #trade({ symbol, price, size, aggressor, eventTimeMs }: Trade): void {
    this.#lastOf(symbol).price = price;
    for (const reader of this.#readers) {
      const tick = tickOf(reader, symbol, eventTimeMs);
      if (tick === undefined) continue;
      tick.high = tick.trades === 0 ? price : Math.max(tick.high, price);
      tick.low = tick.trades === 0 ? price : Math.min(tick.low, price);
      tick.trades += 1;
      if (aggressor === 'buy') tick.buyVolume += size;
      else tick.sellVolume += size;
    }
  }

  #quote({ symbol, bidPrice, bidSize, askPrice, askSize, eventTimeMs }: Quote): void {
    Object.assign(this.#lastOf(symbol), { bidPrice, bidSize, askPrice, askSize });
    for (const reader of this.#readers) tickOf(reader, symbol, eventTimeMs);
  }

  #lastOf(symbol: string): Last {
    let last = this.#last.get(symbol);
    if (last === undefined) {
      last = { price: 0, bidPrice: 0, bidSize: 0, askPrice: 0, askSize: 0 };
      this.#last.set(symbol, last);
    }
    return last;
  }

  #tell({ stream, ticks }: Reader): void {
    let text = '';
    for (const [symbol, tick] of ticks) text += frame('tick', tickText(symbol, tick, this.#lastOf(symbol)));
    ticks.clear();
    if (text !== '') stream.send(text);
  }
}

/** `undefined` when the reader did not ask for the symbol. */
function tickOf({ symbols, ticks }: Reader, symbol: string, timeMs: number): Tick | undefined {
  if (symbols !== undefined && !symbols.has(symbol)) return undefined;
  let tick = ticks.get(symbol);
  if (tick === undefined) {
    tick = { timeMs, trades: 0, high: 0, low: 0, buyVolume: 0, sellVolume: 0 };
    ticks.set(symbol, tick);
  }
  tick.timeMs = timeMs;
  return tick;
}

function tickText(symbol: string, { timeMs, trades, high, low, buyVolume, sellVolume }: Tick, last: Last): string {
  const priceOr = (price: number): string => (price === 0 ? 'null' : decimalText(price));
  const range = trades === 0 ? '"high":null,"low":null' : `"high":${decimalText(high)},"low":${decimalText(low)}`;
  const volumes = `"buy_volume":${decimalText(buyVolume)},"sell_volume":${decimalText(sellVolume)}`;
  const quote =
    `"bid":${priceOr(last.bidPrice)},"bid_size":${decimalText(last.bidSize)},` +
    `"ask":${priceOr(last.askPrice)},"ask_size":${decimalText(last.askSize)}`;
  const head = `"symbol":"${symbol}","time":"${formatInstant(timeMs)}","trades":${trades},"last":${priceOr(last.price)}`;
  return `{${head},${range},${volumes},${quote}}`;
}
