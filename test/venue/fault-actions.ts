import type { VenueClock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { Contract } from './contract.ts';
import { contractFor } from './contract-faults.ts';
import type { GarbageVariant } from './fault-kinds.ts';
import type { Fault } from './faults.ts';
import type { Hub } from './hub.ts';
import type { BookSnapshot, VenueMarket } from './market.ts';
import { contractInfoPayload } from './payloads.ts';
import { channelOf } from './stream-name.ts';

/** What a shutdown announces is done after this long, host milliseconds. */
const SHUTDOWN_AFTER_MS = 10_000;

/** What is done at once when a fault is ordered: to connections, to contracts, to books. */
export class FaultActions {
  readonly #hub: Hub;
  readonly #market: VenueMarket;
  readonly #clock: VenueClock;
  readonly #oldBooks = new Map<string, BookSnapshot>();

  constructor(hub: Hub, market: VenueMarket, clock: VenueClock) {
    this.#hub = hub;
    this.#market = market;
    this.#clock = clock;
  }

  begin(fault: Fault): void {
    const { order } = fault;
    switch (order.kind) {
      case 'disconnect':
        this.#each(fault, (connection) => cut(connection, order.code));
        return;
      case 'maintenance':
        this.#each(fault, (connection) => cut(connection, order.code ?? 1001));
        return;
      case 'freeze':
        fault.onStop(() => this.#connections(fault).forEach((connection) => connection.thaw()));
        this.#each(fault, (connection) => connection.freeze());
        return;
      case 'slow':
        fault.onStop(() => this.#connections(fault).forEach((connection) => connection.slowDown(0)));
        this.#each(fault, (connection) => connection.slowDown(order.byMs ?? 1_000));
        return;
      case 'garbage':
        this.#each(fault, (connection) => connection.send(garbage(order.variant ?? 'json', order.bytes)));
        return;
      case 'shutdown':
        this.#shutdown(fault);
        return;
      case 'filter':
        this.#contracts(fault, (contract) => contract.changeTick(order.tick === 'coarser' ? 10 : 0.1));
        return;
      case 'delist':
        this.#contracts(fault, (contract) => this.#become(contract, 'SETTLING'));
        return;
      case 'list':
        this.#contracts(fault, (contract) => this.#become(contract, 'TRADING'));
        return;
      case 'old-snapshot':
        for (const symbol of order.symbol === undefined ? this.#market.contracts.keys() : [order.symbol]) {
          const book = this.#market.book(symbol);
          if (book !== undefined) this.#oldBooks.set(symbol, book);
        }
    }
  }

  /** The book of `symbol` as it was when the fault was ordered. */
  oldBook(symbol: string): BookSnapshot | undefined {
    return this.#oldBooks.get(symbol);
  }

  #each(fault: Fault, act: (connection: Connection) => void): void {
    for (const connection of this.#connections(fault)) {
      fault.strike(`connection ${connection.id}`, fault.order.symbol);
      act(connection);
    }
  }

  #connections({ order }: Fault): Connection[] {
    return [...this.#hub.connections].filter((connection) => {
      if (order.path !== undefined && order.path !== connection.path) return false;
      if (order.stream === undefined && order.symbol === undefined) return true;
      const lower = order.symbol?.toLowerCase();
      return [...connection.subscriptions].some(
        (stream) =>
          (order.stream === undefined || order.stream === stream || order.stream === channelOf(stream)) &&
          (lower === undefined || stream.startsWith(`${lower}@`)),
      );
    });
  }

  /** Says goodbye, and goes. Documented for spot; futures have not promised it. */
  #shutdown(fault: Fault): void {
    const leaving = this.#connections(fault);
    this.#each(fault, (connection) =>
      connection.send(`{"e":"serverShutdown","E":${Math.floor(this.#clock.marketMs())}}`),
    );
    this.#clock.after(fault.order.byMs ?? SHUTDOWN_AFTER_MS, () => {
      for (const connection of leaving) cut(connection, fault.order.code ?? 1001);
    });
  }

  #contracts(fault: Fault, act: (contract: Contract) => void): void {
    const contract = contractFor(fault.order, this.#market.contracts);
    if (contract === undefined) return;
    fault.strike('exchangeInfo', contract.symbol);
    act(contract);
  }

  #become(contract: Contract, status: Contract['status']): void {
    contract.status = status;
    const payload = contractInfoPayload(contract, Math.floor(this.#clock.marketMs()));
    this.#hub.publish(contract.symbol, '!contractInfo', payload);
  }
}

function cut(connection: Connection, code: number | undefined): void {
  if (code === undefined) connection.terminate();
  else connection.close(code, '');
}

function garbage(variant: GarbageVariant, bytes = 1 << 20): string | Buffer {
  switch (variant) {
    case 'json':
      return '{"stream":"btcusdt@aggTrade","data":{"e":"aggTr';
    case 'binary':
      return Buffer.from([0x00, 0xff, 0x10, 0x80, 0x7b, 0x22]);
    case 'huge':
      return `{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","s":"${'X'.repeat(bytes)}"}}`;
    case 'empty':
      return '';
    case 'list':
      return '[1,2,3]';
    case 'null':
      return 'null';
    case 'unknown':
      return '{"stream":"btcusdt@aggTrade","data":{"e":"somethingNew","E":1,"s":"BTCUSDT"}}';
  }
}
