import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BinanceMarket, type BinanceMarketOptions } from '../../src/adapters/binance/binance-market.ts';
import type { Received } from '../../src/adapters/binance/received.ts';
import { Engine } from '../../src/core/engine/engine.ts';
import type { EngineEvent, MarketEvent } from '../../src/core/engine/event.ts';
import type { Trade } from '../../src/core/market/trade.ts';
import { whyNoTapes } from '../recorded-tapes.ts';
import { LocalBook } from '../venue/local-book.testing.ts';
import type { BookSnapshot } from '../venue/market.ts';
import { Played } from './played.ts';
import { defaultSettings } from './stand.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/licensed/binance-um/', import.meta.url));
const skip = whyNoTapes() ?? false;
/**
 * The oldest was written by a recorder that read its sockets up to three quarters of a second late, so it needs a longer
 * settling time than the default; nothing else is different for it. The second ends before its first whole minute: its
 * books and ids are looked at, and it decides nothing. At midnight the venue stalled for more than two seconds in the
 * third, and nobody traded for as long in the last: that minute is not built from trades but fetched, and it is the only
 * thing that may be counted.
 */
const SESSIONS = [
  { file: 'ALTS-5sym-rawstream-2021-04-05', seconds: 118, settleMs: 900, decides: true },
  { file: 'MIXED-2021-04-17-rawstream-2021-04-17', seconds: 29, settleMs: 250, decides: false },
  { file: 'BTCUSDT-rawstream-2023-04-04', seconds: 512, settleMs: 250, decides: true, fetches: true },
  { file: 'BTCUSDT-rawstream-2024-07-18', seconds: 478, settleMs: 250, decides: true },
  { file: 'ETHUSDT-rawstream-2024-07-18', seconds: 478, settleMs: 250, decides: true, fetches: true },
] as const;
const COMPARED_EVERY = 1_000;

const optionsFor = (settleMs: number): BinanceMarketOptions => ({
  universe: { symbols: 'all', top: 10, minQuoteVolume: 0, include: [], exclude: [] },
  ...{ depthInstruments: 10, depthSpeed: '100ms' as const, historyMinutes: 0, settleMs },
});

for (const { file, seconds, settleMs, decides, ...session } of SESSIONS) {
  it(`believes every frame of ${file} and no other`, { skip }, async () => {
    const received: Received[] = [];
    const events: EngineEvent[] = [];
    const { settings } = await play(file, seconds, settleMs, received, events);

    // What was received, played back without sockets and without a clock.
    const market = new BinanceMarket(optionsFor(settleMs));
    const again: MarketEvent[] = [];
    const books = new IndependentBooks();
    const ids = new Map<string, number[]>();
    for (const item of received) {
      market.take(item, (event) => again.push(structuredClone(event)));
      if (item.kind === 'answer' && item.asked.name === 'depth') books.snapshot(item.asked.symbol, item.text);
      if (item.kind !== 'frame') continue;
      books.frame(item.text, market);
      noteTrade(item.text, ids);
    }
    assert.deepEqual(market.live.problems, 'fetches' in session ? { 'minute not settled': 1 } : {});
    assert.deepEqual(market.refusals, {});
    assert.ok(books.compared > 0);
    assert.equal(books.updates > COMPARED_EVERY || !decides, true);
    for (const symbol of ids.keys()) assert.ok(market.live.lines.get(symbol)?.book?.inStep, `${symbol} is in step`);

    const told = events.filter((event) => event.kind !== 'catch_up');
    assert.deepEqual(again, told, 'the playback gives what was live');
    assert.equal(
      told.some(({ kind }) => kind === 'trade'),
      decides,
    );
    for (const [symbol, sent] of ids) {
      const trades = told.filter((event): event is Trade => event.kind === 'trade' && event.symbol === symbol);
      const first = trades[0]?.tradeId ?? Number.POSITIVE_INFINITY;
      const settled = sent.filter((id) => id >= first && id <= (trades.at(-1)?.tradeId ?? 0));
      assert.deepEqual(
        trades.map(({ tradeId }) => tradeId),
        settled,
        `${symbol}: every trade once, in order`,
      );
    }
    if (!decides) return;
    const engine = new Engine(settings.engine);
    const signals = again.flatMap((event) => engine.apply(event)).filter(({ kind }) => kind === 'signal_issued');
    const live = settings.signals;
    assert.ok(live.length > 20, `${live.length} signals`);
    assert.deepEqual(
      signals.map((effect) => effect.kind === 'signal_issued' && effect.signal),
      live,
    );
  });
}

async function play(file: string, seconds: number, settleMs: number, received: Received[], events: EngineEvent[]) {
  const played = await Played.open(
    { captures: [join(FOLDER, `${file}.jsonl.gz`)] },
    {
      market: optionsFor(settleMs),
      onReceived: (item) => received.push(item),
      onEvent: (event) => events.push(structuredClone(event)),
    },
  );
  try {
    await played.advance(seconds * 1_000 - 1_500);
    const engine = { ...(await defaultSettings()), ...played.witness.settings };
    return { settings: { engine, signals: played.stand.signals } };
  } finally {
    await played.close();
  }
}

/** Books kept by the documentation alone, beside those of the product. */
class IndependentBooks {
  updates = 0;
  compared = 0;
  readonly #waiting = new Map<string, unknown[]>();
  readonly #books = new Map<string, LocalBook>();

  snapshot(symbol: string, text: string): void {
    if (this.#books.has(symbol)) return;
    const book = new LocalBook(JSON.parse(text) as BookSnapshot);
    this.#books.set(symbol, book);
    for (const change of this.#waiting.get(symbol) ?? []) book.apply(change as never);
  }

  frame(text: string, market: BinanceMarket): void {
    const { data } = JSON.parse(text) as { data: { e?: string; s: string } };
    if (data.e !== 'depthUpdate') return;
    const book = this.#books.get(data.s);
    if (book === undefined) {
      this.#waiting.set(data.s, [...(this.#waiting.get(data.s) ?? []), data]);
      return;
    }
    book.apply(data as never);
    this.updates += 1;
    if (this.updates !== 50 && this.updates % COMPARED_EVERY !== 0) return;
    const ours = market.live.lines.get(data.s)!.book!.top(data.s, 0)!;
    const theirs = book.top(10);
    assert.equal(book.broken, 0);
    assert.ok(ours.bidPrices[0]! < ours.askPrices[0]!, 'not crossed');
    assert.deepEqual(
      [ours.bidPrices, ours.bidSizes, ours.askPrices, ours.askSizes].map((side) => Array.from(side)),
      [theirs.bids, theirs.asks].flatMap((side) => [
        side.map(([price]) => Number(price)),
        side.map(([, size]) => Number(size)),
      ]),
    );
    this.compared += 1;
  }
}

function noteTrade(text: string, ids: Map<string, number[]>): void {
  const { data } = JSON.parse(text) as { data: { e?: string; s: string; a: number } };
  if (data.e !== 'aggTrade') return;
  const known = ids.get(data.s) ?? [];
  ids.set(data.s, known);
  known.push(data.a);
}
