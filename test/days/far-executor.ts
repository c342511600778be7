import type { Books } from '../../src/core/delivery/books.ts';
import type { Command } from '../../src/core/delivery/command.ts';
import { currentGrant } from '../../src/core/delivery/delivery.ts';
import type { Replies } from '../../src/core/delivery/reply.ts';
import type { ExecutionReport } from '../../src/core/delivery/report.ts';
import type { Quantities } from '../../src/core/positions/ledgers.ts';
import type { Random } from '../../src/core/simulation/random.ts';
import type { DayMarket } from './day-market.ts';

/** One entry at the far venue, with what closes it there. It outlives every process. */
interface FarTrade {
  readonly signalId: string;
  readonly deliveryId: string;
  readonly fence: number;
  readonly symbol: string;
  readonly away: 1 | -1;
  readonly qty: number;
  open: number;
  stop: number;
  target: number;
  /** What can be told of it, in the order in which it happened. */
  /** Nothing more will happen to it, and everything was told. */
  isTold: boolean;
  readonly facts: { readonly deliveryId: string; readonly report: Omit<ExecutionReport, 'session' | 'epoch'> }[];
}

export type Ask = <C extends Command>(command: C) => Replies[C['kind']] | undefined;

/**
 * Whoever executes on the account `default`, far away: claims, sends, follows the bracket, closes when asked, and tells. The
 * process may be killed at any moment; then it knows only what its venue knows, and tells all of it again.
 */
export class FarExecutor {
  readonly #chance: Random;
  readonly #trades: FarTrade[] = [];
  #told = new Set<string>();
  #session: { readonly id: string; readonly epoch: number } | undefined;
  #lives = 0;
  /** Closing orders that would have opened the other side. */
  doubleCloses = 0;

  constructor(chance: Random) {
    this.#chance = chance;
  }

  kill(): void {
    this.#told = new Set();
    for (const trade of this.#trades) trade.isTold = false;
    this.#session = undefined;
    this.#lives += 1;
  }

  /** The position at the venue, signed. */
  get quantities(): Quantities {
    const sums: Record<string, number> = {};
    for (const { symbol, away, open } of this.#trades) {
      if (open > 0) sums[symbol] = Number(((sums[symbol] ?? 0) + away * open).toPrecision(12));
    }
    return sums;
  }

  /** The venue moves by itself: stops and targets are orders there. */
  onMarket({ instrument, bid, ask }: DayMarket): void {
    for (const trade of this.#trades) {
      if (trade.symbol !== instrument.symbol || trade.open === 0) continue;
      const price = trade.away === 1 ? bid : ask;
      if ((price - trade.stop) * trade.away <= 0) this.#exit(trade, 'STOP', price, 'sl');
      else if ((price - trade.target) * trade.away >= 0) this.#exit(trade, 'TP2', trade.target, 'tp');
    }
  }

  /** One round of its loop. */
  work(books: Books, ask: Ask, markets: ReadonlyMap<string, DayMarket>): void {
    const { deliveries } = books;
    const held = deliveries.account('default')?.session;
    if (this.#session === undefined || held?.sessionId !== this.#session.id) {
      const instance = this.#lives.toString(16).padStart(32, 'f');
      const sessionId = `far ${this.#lives} ${deliveries.account('default')?.epoch}`;
      const who = {
        sessionId,
        account: 'default',
        consumer: 'far',
        instance,
        symbols: [],
        capabilities: [],
        takeover: true,
      };
      const opened = ask({ kind: 'open_session', ...who });
      if (opened?.ok !== true) return;
      this.#session = { id: opened.value.session.sessionId, epoch: opened.value.session.epoch };
    }
    const session = this.#session;
    ask({ kind: 'heartbeat', sessionId: session.id, epoch: session.epoch });
    for (const instruction of deliveries.unsettled) {
      if (instruction.deliveries.get('default')?.state !== 'OFFERED') continue;
      const key = `${instruction.id} ${this.#lives}`;
      const claim = {
        signalId: instruction.id,
        sessionId: session.id,
        epoch: session.epoch,
        account: 'default',
        key,
        latency: {},
      };
      const granted = ask({ kind: 'claim', ...claim });
      // Killed with the grant in its hands: nothing is sent, and nobody says so.
      if (granted?.ok !== true || this.#chance.uniform() < 0.03) continue;
      const { signal, closes } = instruction;
      const { grant, delivery } = granted.value;
      const market = markets.get(signal.symbol)!;
      if (closes !== undefined) this.#close(delivery.deliveryId, grant.fence, closes, instruction.reason, market);
      else this.#enter(signal.signalId, delivery.deliveryId, grant.fence, signal, market);
    }
    for (const trade of this.#trades) {
      if (trade.open === 0) continue;
      const signal = deliveries.instruction(trade.signalId)?.signal;
      if (signal !== undefined) [trade.stop, trade.target] = [signal.stopPrice, signal.targetPrices[1]];
    }
    this.#tell(ask, session);
  }

  /** What a person finds at the venue when nobody knows what became of it. */
  resolve(books: Books, ask: Ask): void {
    for (const delivery of books.deliveries.inFlight('default')) {
      if (delivery.state !== 'IN_DOUBT') continue;
      const fence = currentGrant(delivery.facts)?.fence;
      const isKnown = this.#trades.some(({ facts }) =>
        facts.some((fact) => fact.deliveryId === delivery.deliveryId && fact.report.fence === fence),
      );
      // Its own reports will say it.
      if (isKnown) continue;
      const resolution = { state: 'NOT_SENT', reason: 'no such order at the venue', by: 'person' } as const;
      ask({ kind: 'resolve', deliveryId: delivery.deliveryId, resolution });
    }
  }

  #enter(
    signalId: string,
    deliveryId: string,
    fence: number,
    signal: {
      readonly symbol: string;
      readonly side: string;
      readonly stopPrice: number;
      readonly targetPrices: readonly number[];
    },
    market: DayMarket,
  ): void {
    const away = signal.side === 'buy' ? 1 : -1;
    const price = away === 1 ? market.ask : market.bid;
    const { stepSize } = market.instrument;
    const qty = Number((Math.ceil(2_000 / price / stepSize) * stepSize).toPrecision(12));
    const orders = { stop: signal.stopPrice, target: signal.targetPrices[1]! };
    const trade: FarTrade = {
      signalId,
      deliveryId,
      fence,
      symbol: signal.symbol,
      away,
      qty,
      open: qty,
      ...orders,
      isTold: false,
      facts: [],
    };
    this.#trades.push(trade);
    this.#note(trade, deliveryId, fence, {
      type: 'FILLED',
      leg: 'ENTRY',
      cumQty: qty,
      avgPrice: price,
      fee: qty * price * 0.0005,
    });
  }

  #exit(trade: FarTrade, leg: 'STOP' | 'TP2' | 'CLOSE', price: number, reason: string): void {
    const { open: qty, deliveryId, fence } = trade;
    trade.open = 0;
    this.#note(trade, deliveryId, fence, {
      type: 'FILLED',
      leg,
      cumQty: qty,
      avgPrice: price,
      fee: qty * price * 0.0005,
    });
    this.#note(trade, deliveryId, fence, { type: 'CLOSED', leg, avgPrice: price, reason });
  }

  #close(closeId: string, fence: number, signalId: string, reason: string | undefined, market: DayMarket): void {
    const trade = this.#trades.find((each) => each.signalId === signalId);
    if (trade === undefined) return;
    // Reduce-only: what is closed already stays closed, and the venue says no.
    if (trade.open === 0) {
      this.#note(trade, closeId, fence, { type: 'REJECTED', leg: 'CLOSE', reason: 'nothing to reduce' });
      return;
    }
    if (trade.facts.some(({ report }) => report.type === 'CLOSED')) this.doubleCloses += 1;
    const price = trade.away === 1 ? market.bid : market.ask;
    this.#note(trade, closeId, fence, { type: 'FILLED', leg: 'CLOSE', cumQty: trade.open, avgPrice: price });
    this.#exit(trade, 'CLOSE', price, reason ?? 'close');
  }

  #note(
    trade: FarTrade,
    deliveryId: string,
    fence: number,
    said: Omit<ExecutionReport, 'reportId' | 'session' | 'epoch' | 'fence'>,
  ): void {
    trade.isTold = false;
    trade.facts.push({ deliveryId, report: { reportId: `${trade.signalId} ${trade.facts.length}`, fence, ...said } });
  }

  #tell(ask: Ask, { id: session, epoch }: { readonly id: string; readonly epoch: number }): void {
    for (const trade of this.#trades) {
      if (trade.isTold) continue;
      for (const { deliveryId, report } of trade.facts) {
        if (this.#told.has(report.reportId)) continue;
        // Lost on the way, and sent again in the next round.
        if (this.#chance.uniform() < 0.1) continue;
        const reply = ask({ kind: 'report', deliveryId, report: { ...report, session, epoch } });
        const isKnown = reply?.ok === true || (reply !== undefined && reply.refusal.code !== 'stale_epoch');
        if (isKnown && this.#chance.uniform() < 0.9) this.#told.add(report.reportId);
      }
      trade.isTold = trade.open === 0 && trade.facts.every(({ report }) => this.#told.has(report.reportId));
    }
    // Long ago, and told: nobody asks for it any more.
    while (this.#trades.length > 100 && this.#trades[0]!.open === 0) this.#trades.shift();
  }
}
