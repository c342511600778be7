// executor.mjs: fills every signal on paper of its own and says so on the console. Run it beside `npm start`:
//
//   node docs/examples/executor.mjs [url] [file with the key] [account]
//
// The account is `default`. `paper` is the server's own while it trades on paper itself (paper.enabled).
//
// All that a real executor needs is here but the venue: put yours in the place of `PaperBroker`. docs/executor.md has the
// rules that it must keep.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Executor } from '../../dist/src/client/executor.js';
import { FileStore } from '../../dist/src/client/file-store.js';
import { HttpTransport } from '../../dist/src/client/http-transport.js';
import { SseParser } from '../../dist/src/client/sse.js';
import { systemClock } from '../../dist/src/client/system-clock.js';

const [url = 'http://127.0.0.1:8888', keyFile = 'tapewire-data/api-key', account = 'default'] = process.argv.slice(2);
const key = keyIn(keyFile);

function keyIn(file) {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    console.error(`no key in ${file}: ${error.message}. \`npm start\` makes one there, or name another file:`);
    console.error('  node docs/examples/executor.mjs [url] [file with the key] [account]');
    process.exit(1);
  }
}

/** Fills at the quote, and closes at the stop or the target. Its orders live and die with this process. */
class PaperBroker {
  quotes = new Map();
  positions = new Map();
  #heard;

  listen(heard) {
    this.#heard = heard;
  }

  quote(symbol) {
    return this.quotes.get(symbol);
  }

  async submit(order) {
    const { clientOrderId, signalId, symbol, side, qty, bracket, leg } = order;
    const quote = this.quote(symbol);
    if (quote === undefined) return { clientOrderId, status: 'REJECTED', reason: 'no quote' };
    const price = side === 'BUY' ? quote.ask : quote.bid;
    const closed = [...this.positions.values()].find((position) => leg === 'CLOSE' && position.symbol === symbol);
    if (closed !== undefined) this.#close(closed, 'CLOSE', 'close signal', price);
    if (leg === 'ENTRY') this.positions.set(signalId, { clientOrderId, signalId, symbol, side, qty, bracket });
    return { clientOrderId, status: 'FILLED', orderId: `paper-${clientOrderId}`, qty, cumQty: qty, avgPrice: price };
  }

  // Every order is filled at once, so none rests; and none outlives the process, so what is not here does not exist.
  async cancelEntry() {
    return undefined;
  }

  async findOrders() {
    return { orders: [], complete: true };
  }

  /** A new quote: does it reach a stop or a target? */
  hear(symbol, quote) {
    this.quotes.set(symbol, quote);
    for (const position of [...this.positions.values()].filter((each) => each.symbol === symbol)) {
      const isLong = position.side === 'BUY';
      const price = isLong ? quote.bid : quote.ask;
      const { stopLoss, takeProfit } = position.bracket;
      if (isLong ? price <= stopLoss : price >= stopLoss) this.#close(position, 'STOP', 'sl', price);
      else if (isLong ? price >= takeProfit : price <= takeProfit) this.#close(position, 'TP2', 'tp', price);
    }
  }

  #close({ clientOrderId, signalId, symbol, qty }, leg, reason, price) {
    this.positions.delete(signalId);
    console.log(`${symbol} closed at ${price}: ${reason}`);
    const id = leg === 'STOP' ? `${clientOrderId}-S` : leg === 'TP2' ? `${clientOrderId}-2` : clientOrderId;
    this.#heard?.({ clientOrderId: id, status: 'CLOSED', leg, qty, avgPrice: price, reason });
  }
}

/** Quotes of the very market that the signals came from. When they stop, there are none: nothing is traded on old ones. */
async function followMarket(broker) {
  for (;;) {
    try {
      const headers = { Authorization: `Bearer ${key}` };
      const response = await fetch(`${url}/api/v1/market/stream`, { headers });
      if (response.status !== 200) throw new Error(`status ${response.status}`);
      const parser = new SseParser();
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
        for (const { event, data } of parser.push(text)) {
          const told = JSON.parse(data);
          if (event === 'quote') broker.hear(told.symbol, { bid: told.bid, ask: told.ask });
          if (event === 'reset') broker.quotes.clear();
          if (event === 'trade') broker.hear(told.symbol, { bid: told.price, ask: told.price });
        }
      }
    } catch (error) {
      console.log(`no market: ${error.message}`);
    }
    broker.quotes.clear();
    await systemClock.sleep(1_000);
  }
}

const broker = new PaperBroker();
const executor = new Executor({
  transport: new HttpTransport({ url, key }),
  clock: systemClock,
  store: new FileStore(join(dirname(keyFile), `executor-${account}.jsonl`)),
  broker,
  consumer: 'example-executor',
  account,
  reopen: true,
  decide: ({ id, intent, closes, symbol, side, entryPrice, strength }) => {
    const open = broker.positions.get(closes);
    if (intent === 'CLOSE' && open === undefined) {
      console.log(
        `${id} is to close ${symbol}: not known here, paper positions end with their process; a venue would know`,
      );
      return { decline: 'no such position here' };
    }
    if (intent === 'CLOSE') return { take: 'MARKET', qty: open.qty };
    console.log(`${id} ${side} ${symbol} at ${entryPrice}, strength ${strength}`);
    return { take: 'MARKET', qty: 0.1 };
  },
  onNotice: ({ name, detail, signalId = '' }) => console.log(`  ${name}: ${detail} ${signalId}`),
});

process.once('SIGINT', () => void executor.stop());
void followMarket(broker);
console.log(`${await executor.run()}; in doubt: ${executor.inDoubt.join(', ') || 'nothing'}`);
process.exit();
