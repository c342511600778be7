import assert from 'node:assert/strict';
import { it } from 'node:test';
import { marketTick } from '../../contract/v1/view.ts';
import { MarketTicks } from './market-ticks.ts';
import type { Stream } from './sse.ts';

const T = 1_732_185_060_000;

/** A stream that keeps what it is sent, and a clock that is moved by hand. */
function scene() {
  const due: (() => void)[] = [];
  const ticks = new MarketTicks((_, run) => {
    due.push(run);
    return () => due.splice(due.indexOf(run), 1);
  });
  const sent: string[] = [];
  let closed = (): void => undefined;
  const stream = {
    unsentBytes: 0,
    send: (text: string) => sent.push(text),
    onClose: (hear: () => void) => (closed = hear),
  };
  const trade = (symbol: string, price: number, size: number, aggressor: 'buy' | 'sell', ms: number) =>
    ticks.see({ kind: 'trade', symbol, tradeId: ms, price, size, aggressor, eventTimeMs: T + ms });
  return {
    ...{ ticks, stream, trade, sent },
    serve: (symbols?: readonly string[]) => ticks.serve(stream as unknown as Stream, symbols && new Set(symbols), 250),
    /** The interval is over. */
    pass: () => due.splice(0).forEach((run) => run()),
    read: () =>
      sent
        .splice(0)
        .flatMap((text) => text.split('\n\n'))
        .flatMap((message) => /^event: tick\ndata: (.*)$/.exec(message)?.[1] ?? [])
        .map((data) => marketTick.parse(JSON.parse(data))),
    close: () => closed(),
  };
}

it('joins what happened to a symbol since the last tick, and says nothing of what stood still', () => {
  const { trade, ticks, serve, pass, read } = scene();
  serve();
  trade('ETHUSDT', 3500, 1, 'buy', 1);
  trade('ETHUSDT', 3499.5, 0.5, 'sell', 2);
  trade('ETHUSDT', 3501, 0.25, 'buy', 3);
  const sizes = { bidSize: 4, askSize: 0 };
  ticks.see({ kind: 'quote', symbol: 'BTCUSDT', bidPrice: 97_000, askPrice: 97_000.1, ...sizes, eventTimeMs: T + 4 });
  pass();
  const quotes = { bid: null, bid_size: 0, ask: null, ask_size: 0 };
  assert.deepEqual(read(), [
    {
      ...{ symbol: 'ETHUSDT', time: '2024-11-21T10:31:00.003Z', trades: 3, last: 3501, high: 3501, low: 3499.5 },
      ...{ buy_volume: 1.25, sell_volume: 0.5, ...quotes },
    },
    {
      ...{ symbol: 'BTCUSDT', time: '2024-11-21T10:31:00.004Z', trades: 0, last: null, high: null, low: null },
      ...{ buy_volume: 0, sell_volume: 0, bid: 97_000, bid_size: 4, ask: 97_000.1, ask_size: 0 },
    },
  ]);
  pass();
  assert.deepEqual(read(), []);
});

it('loses no volume when a reader is behind, and leaves out what was not asked for', () => {
  const { trade, stream, serve, pass, read } = scene();
  serve(['ETHUSDT']);
  trade('ETHUSDT', 3500, 1, 'buy', 1);
  trade('BTCUSDT', 97_000, 1, 'buy', 1);
  stream.unsentBytes = 1_000_000;
  pass();
  assert.deepEqual(read(), []);
  trade('ETHUSDT', 3502, 2, 'buy', 2);
  stream.unsentBytes = 0;
  pass();
  const [tick, ...others] = read();
  assert.deepEqual([tick?.symbol, tick?.trades, tick?.buy_volume, others.length], ['ETHUSDT', 2, 3, 0]);
});

it('forgets a reader that is gone', () => {
  const { ticks, trade, serve, pass, read, close } = scene();
  serve();
  assert.equal(ticks.listening, true);
  close();
  assert.equal(ticks.listening, false);
  trade('ETHUSDT', 3500, 1, 'buy', 1);
  pass();
  assert.deepEqual(read(), []);
});
