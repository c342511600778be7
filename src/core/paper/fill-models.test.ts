import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { MarketEvent } from '../engine/event.ts';
import { START_MS } from '../engine/scripted.testing.ts';
import { fromTicks } from '../market/instrument.ts';
import type { Side } from '../market/trade.ts';
import { SimulatedMarket } from '../simulation/simulated-market.ts';
import { feeOf } from './costs.ts';
import { PAPER } from './paper.testing.ts';
import { PaperVenue } from './paper-venue.ts';
import type { PaperSettings } from './settings.ts';

/** A tick of it is a whole basis point, so that prices are touched and not only jumped over. */
const SYMBOL = 'ADAUSDT';
const TICK = 0.0001;
const MINUTES = 60;
const HOLD_MS = 30_000;

/** An hour of the scenario `strong`, played to whoever listens. */
function play(hear: (event: MarketEvent) => void): SimulatedMarket {
  const market = new SimulatedMarket({ seed: 5, scenario: 'strong', startTimeMs: START_MS, symbols: [SYMBOL] });
  for (let ms = 100; ms <= MINUTES * 60_000; ms += 100) market.advance(START_MS + ms, hear);
  return market;
}

/** The middle price at every half minute: somebody who knows it beforehand is what speed and fills are worth most to. */
function futureOf(): Map<number, number> {
  const middles = new Map<number, number>();
  play((event) => {
    if (event.kind !== 'quote') return;
    middles.set(Math.floor((event.eventTimeMs - START_MS) / HOLD_MS), (event.bidPrice + event.askPrice) / 2);
  });
  return middles;
}

/** Net of every trade of somebody who knows where the price will be in half a minute, and takes profit on the way. */
function netsOf(future: Map<number, number>, settings: PaperSettings, latencyMs: number, hasTarget = true): number[] {
  const venue = new PaperVenue(settings, 'same');
  const nets: number[] = [];
  const orders = new Map<string, { trade: number; away: 1 | -1 }>();
  let slot = 0;
  /** Where the price will be at the end, ticks. */
  let aim = 0;
  const instrument = { symbol: SYMBOL, tickSize: TICK, stepSize: 1 };
  const open = { qty: 0 };
  const close = (id: string, side: Side, nowMs: number): void => {
    venue.cancel(SYMBOL, `${id}e`);
    venue.cancel(SYMBOL, `${id}t`);
    if (open.qty === 0) return;
    const order = { id: `${id}x`, symbol: SYMBOL, side, qty: open.qty, activeAtMs: nowMs };
    venue.submit({ ...order, type: 'market', reduces: open }, instrument);
    orders.set(`${id}x`, orders.get(`${id}e`)!);
  };
  let [current, side]: [string | undefined, Side] = [undefined, 'buy'];
  play((event) => {
    if (event.kind === 'clock' || event.kind === 'gap' || event.kind === 'bar' || event.kind === 'instrument') return;
    if (event.kind === 'catch_up') return;
    const nowMs = event.eventTimeMs;
    const now = Math.floor((nowMs - START_MS) / HOLD_MS);
    if (now > slot) {
      slot = now;
      if (current !== undefined) close(current, side === 'buy' ? 'sell' : 'buy', nowMs);
      const [here, there] = [future.get(now - 1), future.get(now)];
      if (now % 2 === 1 && here !== undefined && there !== undefined) {
        current = `${now}`;
        side = there > here ? 'buy' : 'sell';
        aim = Math.floor(there / TICK);
        const away = side === 'buy' ? 1 : -1;
        open.qty = 0;
        const entry = { symbol: SYMBOL, side, type: 'market', qty: 100, activeAtMs: nowMs + latencyMs } as const;
        venue.submit({ ...entry, id: `${now}e` }, instrument);
        orders.set(`${now}e`, { trade: nets.length, away });
        orders.set(`${now}t`, { trade: nets.length, away });
        nets.push(0);
      } else current = undefined;
    }
    const fills =
      event.kind === 'book'
        ? venue.onBook(event)
        : event.kind === 'quote'
          ? venue.onQuote(event)
          : event.kind === 'trade'
            ? venue.onTrade(event)
            : [];
    for (const { orderId, qty, price, role, atMs } of [...fills]) {
      const { trade, away } = orders.get(orderId)!;
      const isEntry = orderId.endsWith('e');
      nets[trade]! += (isEntry ? -1 : 1) * away * qty * price - feeOf(qty * price, role, settings);
      if (!isEntry) continue;
      open.qty += qty;
      if (!hasTarget) continue;
      const id = `${orderId.slice(0, -1)}t`;
      venue.cancel(SYMBOL, id);
      // Where the price will be, so that it is touched and hardly gone through.
      const ticks = away * Math.max(1, away * (aim - Math.round(price / TICK)));
      const target = fromTicks(Math.round(price / TICK) + ticks, TICK);
      const rest = { symbol: SYMBOL, side: away === 1 ? 'sell' : 'buy', type: 'limit', qty: open.qty } as const;
      venue.submit({ ...rest, id, price: target, activeAtMs: atMs, reduces: open }, instrument);
    }
  });
  // The last one may still be open.
  return nets.slice(0, -1);
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** BT-2. */
it('earns the more the kinder the fills, and the less the slower the orders', () => {
  const future = futureOf();
  const kinds = ['risk_averse', 'prob', 'touch'] as const;
  const byModel = kinds.map((fillModel) => sum(netsOf(future, { ...PAPER, fillModel }, 250)));
  const [averse, prob, touch] = byModel as [number, number, number];
  assert.ok(averse <= prob && prob <= touch && averse < touch, byModel.join(' '));
  const byLatency = [0, 4_000, 10_000, 20_000].map((latencyMs) => netsOf(future, PAPER, latencyMs, false));
  assert.ok(byLatency.every((nets) => nets.length > 50));
  const nets = byLatency.map(sum);
  assert.deepEqual(
    nets,
    nets.toSorted((a, b) => b - a),
    nets.join(' '),
  );
  assert.ok(nets[3]! < nets[0]!);
});
