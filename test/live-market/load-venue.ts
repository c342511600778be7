// A venue that is nothing but fast: the protocol of Binance USD-M as far as the feed uses it, prices that only wander,
// for load that the simulator with its real books cannot make. Runs in a process of its own: its time is not counted.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { type WebSocket, WebSocketServer } from 'ws';
import { Random } from '../../src/core/simulation/random.ts';

const { values } = parseArgs({
  options: {
    instruments: { type: 'string', default: '540' },
    rate: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
  },
});
const STEP_MS = 2;
const DEPTH_MS = 500;
const MINUTE_MS = 60_000;
const chance = Random.of(Number(values.seed), 'load');

interface Contract {
  readonly symbol: string;
  readonly lower: string;
  tradeId: number;
  price: number;
  depthId: number;
  depthDueMs: number;
}

const beganMs = Date.now();
let updateId = 1_000_000;
const contracts: Contract[] = Array.from({ length: Number(values.instruments) }, (_, index) => {
  const symbol = `L${String(index).padStart(3, '0')}USDT`;
  const depthDueMs = beganMs + (index % DEPTH_MS);
  return { symbol, lower: symbol.toLowerCase(), tradeId: 1_000, price: 10_000 + index, depthId: updateId, depthDueMs };
});
const subscribers = new Map<string, Set<WebSocket>>();

const priceText = (ticks: number): string => (ticks / 100).toFixed(2);

function send(stream: string, data: string): void {
  const sockets = subscribers.get(stream);
  if (sockets === undefined || sockets.size === 0) return;
  const frame = `{"stream":"${stream}","data":${data}}`;
  for (const socket of sockets) socket.send(frame);
}

function trade(contract: Contract, nowMs: number): void {
  const roll = chance.uniform();
  if (roll < 0.3) contract.price += roll < 0.15 ? 1 : -1;
  contract.tradeId += 1;
  updateId += 1;
  const { symbol: s, lower, tradeId, price } = contract;
  const size = (1 + Math.floor(chance.uniform() * 900)) / 1_000;
  const buyerIsMaker = chance.uniform() < 0.5;
  send(
    `${lower}@aggTrade`,
    `{"e":"aggTrade","E":${nowMs},"a":${tradeId},"s":"${s}","p":"${priceText(price)}","q":"${size}","f":${tradeId},"l":${tradeId},"T":${nowMs},"m":${buyerIsMaker}}`,
  );
  const [bid, ask] = [priceText(price), priceText(price + 1)];
  send(
    `${lower}@bookTicker`,
    `{"e":"bookTicker","u":${updateId},"s":"${s}","b":"${bid}","B":"${size}","a":"${ask}","A":"1.500","T":${nowMs},"E":${nowMs}}`,
  );
}

/** Every level within reach again, so that a book that is rebuilt from any point is this one. */
function levelsAround(price: number, away: 1 | -1): string {
  const rows: string[] = [];
  for (let level = 0; level < 20; level += 1) {
    rows.push(`["${priceText(price + away * level)}","${(1 + Math.floor(chance.uniform() * 99)) / 10}"]`);
  }
  // The other side has moved through these.
  for (let level = 1; level < 20; level += 1) rows.push(`["${priceText(price - away * level)}","0"]`);
  return `[${rows.join()}]`;
}

function depth(contract: Contract, nowMs: number): void {
  const previous = contract.depthId;
  updateId += 2;
  contract.depthId = updateId;
  const { symbol: s, lower, price } = contract;
  const ids = `"U":${updateId - 1},"u":${updateId},"pu":${previous}`;
  const sides = `"b":${levelsAround(price, -1)},"a":${levelsAround(price + 1, 1)}`;
  send(`${lower}@depth@500ms`, `{"e":"depthUpdate","E":${nowMs},"T":${nowMs},"s":"${s}",${ids},${sides}}`);
}

function marks(nowMs: number): void {
  const rows = contracts.map(({ symbol, price }) => {
    const mark = priceText(price);
    const next = Math.ceil(nowMs / 28_800_000) * 28_800_000;
    return `{"e":"markPriceUpdate","E":${nowMs},"s":"${symbol}","p":"${mark}","i":"${mark}","P":"${mark}","r":"0.0001","T":${next}}`;
  });
  send('!markPrice@arr@1s', `[${rows.join()}]`);
}

function kline(contract: Contract, openMs: number): unknown[] {
  const price = priceText(contract.price);
  return [openMs, price, price, price, price, '10', openMs + MINUTE_MS - 1, '1000', 5, '5', '500', '0'];
}

/** Path and query to body. */
function answer(url: URL): unknown {
  const contract = contracts.find(({ symbol }) => symbol === url.searchParams.get('symbol'));
  switch (url.pathname) {
    case '/fapi/v1/time':
      return { serverTime: Date.now() };
    case '/fapi/v1/exchangeInfo':
      return { rateLimits: [], symbols: contracts.map(({ symbol }) => listed(symbol)) };
    case '/fapi/v1/ticker/24hr':
      return contracts.map(({ symbol }, index) => ({ symbol, quoteVolume: `${1e9 - index}` }));
    case '/fapi/v1/klines': {
      const [from, to] = [Number(url.searchParams.get('startTime')), Number(url.searchParams.get('endTime'))];
      const rows: unknown[] = [];
      for (let openMs = from; openMs < to; openMs += MINUTE_MS) rows.push(kline(contract!, openMs));
      return rows;
    }
    case '/fapi/v1/depth': {
      const { depthId, price } = contract!;
      const side = (away: 1 | -1, best: number): [string, string][] =>
        Array.from({ length: 20 }, (_, level) => [priceText(best + away * level), '5']);
      const times = { E: Date.now(), T: Date.now() };
      return { lastUpdateId: depthId, ...times, bids: side(-1, price), asks: side(1, price + 1) };
    }
    default:
      return undefined;
  }
}

function listed(symbol: string): unknown {
  const filters = [
    { filterType: 'PRICE_FILTER', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', stepSize: '0.001' },
  ];
  return { symbol, contractType: 'PERPETUAL', status: 'TRADING', filters };
}

function handle(request: IncomingMessage, response: ServerResponse): void {
  const body = answer(new URL(request.url ?? '/', 'http://venue'));
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body ?? {}));
}

const server = createServer(handle);
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket) => {
  socket.on('message', (text) => {
    const { method, params, id } = JSON.parse(String(text)) as { method: string; params: string[]; id: number };
    for (const stream of params) {
      const known = subscribers.get(stream) ?? new Set();
      subscribers.set(stream, known);
      if (method === 'SUBSCRIBE') known.add(socket);
      else known.delete(socket);
    }
    socket.send(JSON.stringify({ result: null, id }));
  });
  socket.on('close', () => {
    for (const known of subscribers.values()) known.delete(socket);
  });
});

let doneMs = Date.now();
let owed = 0;
let markDueMs = beganMs + 1_000;
setInterval(() => {
  const nowMs = Date.now();
  owed += (Number(values.rate) * (nowMs - doneMs)) / 1_000;
  doneMs = nowMs;
  for (const client of sockets.clients) (client as unknown as { _socket: { cork(): void } })._socket.cork();
  for (; owed >= 1; owed -= 1) trade(contracts[Math.floor(chance.uniform() * contracts.length)]!, nowMs);
  for (const contract of contracts) {
    if (contract.depthDueMs > nowMs || !subscribers.has(`${contract.lower}@depth@500ms`)) continue;
    contract.depthDueMs += DEPTH_MS;
    depth(contract, nowMs);
  }
  if (nowMs >= markDueMs) {
    markDueMs += 1_000;
    marks(nowMs);
  }
  for (const client of sockets.clients) (client as unknown as { _socket: { uncork(): void } })._socket.uncork();
}, STEP_MS);

server.listen(0, '127.0.0.1', () => console.log(`venue: http://127.0.0.1:${(server.address() as AddressInfo).port}`));
process.on('disconnect', () => process.exit());
