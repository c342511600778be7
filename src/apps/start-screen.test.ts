import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DeliveryBook } from '../core/delivery/delivery-book.ts';
import { SignalBook } from '../core/signals/signal-book.ts';
import { Complaints } from './config/complaints.ts';
import { defaultConfig } from './config/defaults.ts';
import { type ScreenFacts, startScreen } from './start-screen.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 12);
const MONEY = 'clients that trade automatically will trade these invented prices';

function screen(changes: Partial<ScreenFacts> = {}): string[] {
  const loaded = {
    ...{ config: defaultConfig([]), seats: [], origins: new Map(), file: undefined, complaints: new Complaints() },
  };
  const facts: ScreenFacts = {
    ...{ version: '1.2.3', note: 'a note', loaded, logFile: 'the.log', apiKeyFile: 'the-key', book: new SignalBook() },
    told: undefined,
    feed: { kind: 'SIMULATED', label: 'SIMULATED medium', symbols: ['ETHUSDT'] },
    dashboardCode: 'one-time',
    api: { urls: ['http://127.0.0.1:8888', 'http://[::1]:8888'], note: undefined },
    ...{ deliveries: new DeliveryBook(), paper: undefined },
    ...{ nowMs: NOW_MS, wallMs: NOW_MS + 60_000 },
    ...changes,
  };
  const lines = startScreen(facts).split('\n');
  assert.equal(lines.length, 10);
  assert.ok(lines.slice(0, 9).every((line) => line === line.trim()));
  return lines;
}

it('warns that invented prices can be traded, on every market that invents them', () => {
  assert.equal(screen()[1], `market    SIMULATED medium   a note; ${MONEY}`);
  const demo = screen({ feed: { kind: 'DEMO', label: 'DEMO', symbols: ['ETHUSDT'] } });
  assert.equal(demo[1], `market    DEMO   a note; ${MONEY}`);
  const replay = { kind: 'REPLAY', label: 'REPLAY x', symbols: ['ETHUSDT'] } as const;
  assert.equal(screen({ feed: replay, nowMs: 0 })[1], 'market    REPLAY x   a note');
});

it('says when the time of the market is another one', () => {
  const [, market] = screen({ nowMs: Date.UTC(2020, 0, 1, 0, 3) });
  assert.equal(market, `market    SIMULATED medium   a note; market time is 2020-01-01T00:03Z, not now; ${MONEY}`);
  assert.match(screen({ wallMs: NOW_MS - 60_001 })[1]!, /market time is 2026-11-22T12:00Z, not now/);
});

it('names further addresses only where there are some', () => {
  assert.match(screen()[4]!, /\/api\/signals {3}also http:\/\/\[::1\]:8888$/);
  assert.equal(
    screen({ api: { urls: ['http://127.0.0.1:1'], note: undefined } })[4],
    'API       http://127.0.0.1:1/api/signals',
  );
  assert.match(screen({ api: { urls: ['http://127.0.0.1:1'], note: 'IPv4 only' } })[4]!, / {3}IPv4 only$/);
});

it('counts what is live now, not what was when the program ended', () => {
  const book = (issuedCount: number, live: number) => ({ issuedCount, live: () => Array(live) });
  assert.match(screen()[7]!, /journal: no signal yet$/);
  assert.match(screen({ book: book(1, 1) })[7]!, /journal: 1 signal so far, 1 live$/);
  assert.match(screen({ book: book(7, 0) })[7]!, /journal: 7 signals so far, 0 live$/);
});

it('lets one browser in', () => {
  const line = 'look      http://127.0.0.1:8888/dashboard#code=one-time   lets one browser in; others need a key';
  assert.equal(screen()[3], line);
});

it('says where the first key is, and leaves it there', () => {
  assert.equal(screen()[6], 'key       in the-key   for /api/v1; `tapewire keys add` makes others');
});

it('says how the paper account stands, and that risk is halted', () => {
  assert.equal(screen()[8], 'paper     nothing is traded on paper here');
  const paper = {
    equity: 9_876.5,
    net: 0,
    unrealised: 0,
    margin: 0,
    exposure: 0,
    dailyLoss: 0,
    drawdown: 0,
    unpriced: [],
  };
  const wanted = 'paper     9876.50 in the account, 0 positions open; fees 0.05 / 0.02 %; no demonstrated edge';
  assert.equal(screen({ paper })[8], `${wanted}   http://127.0.0.1:8888/api/v1/positions`);
  assert.match(
    screen({ paper: { ...paper, unpriced: ['ETHUSDT'] } })[8]!,
    /^paper {5}no price of ETHUSDT yet, 0 positions open; fees/,
  );
  const deliveries = new DeliveryBook();
  const times = { atMs: NOW_MS, wallMs: NOW_MS, net: 0 };
  const halted = { mode: 'HALTED', rule: 'operator', reason: 'lunch', by: 'me' } as const;
  deliveries.apply({ kind: 'risk_changed', seq: 1, ...halted, ...times });
  assert.match(screen({ paper, deliveries })[8]!, /; HALTED: lunch {3}http/);
});
