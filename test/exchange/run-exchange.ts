import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RULES } from '../../src/adapters/exchange/bracket-life.ts';
import { CcxtApi } from '../../src/adapters/exchange/ccxt-api.ts';
import { type ExchangeExecutor, startExchangeExecutor } from '../../src/adapters/exchange/exchange-executor.ts';
import type { VenueApi } from '../../src/adapters/exchange/venue-api.ts';
import { HttpTransport } from '../../src/client/http-transport.ts';
import { type Fields, fieldsOf } from '../../src/client/wire.ts';
import { Random } from '../../src/core/simulation/random.ts';
import { Server } from '../kills/server.ts';
import { startVenue, type Venue } from '../venue/venue.ts';
import { Death, MortalApi, MortalTransport, mortalClock } from './mortal.ts';
import { SeededFaults } from './seeded-faults.ts';

export interface ExchangeRun {
  readonly signals: number;
  readonly seed: number;
  /** Planted between executor and venue, to show that the checker sees it. */
  readonly sabotage?: (api: VenueApi) => VenueApi;
  /** Without them nothing goes wrong but what is planted. */
  readonly isFriendly?: boolean;
  /** How long a signal is waited for before that is a complaint. */
  readonly signalMsMax?: number;
}

export interface ExchangeFigures {
  readonly signals: number;
  readonly seed: number;
  readonly kills: number;
  readonly entries: number;
  readonly closed: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly double_entries: number;
  readonly orphan_exits: number;
  /** While an executor was starting or running. */
  readonly naked_ms_max: number;
  /** With the time between its lives. */
  readonly naked_ms_max_in_all: number;
  readonly grace_ms: number;
  readonly orphan_ms_max: number;
  readonly in_doubt: number;
  readonly ledgers_equal: boolean;
  readonly complaints: readonly string[];
}

const SLOTS = 6;
const TTL_MS = 20_000;
const SIGNAL_MS_MAX = 60_000;
const TERMINAL = new Set([
  'CLOSED',
  'REJECTED',
  'CANCELLED',
  'DECLINED',
  'EXPIRED',
  'NOT_SENT',
  'HALTED',
  'SUPERSEDED',
]);
const TIERS = [{ notionalMax: Number.POSITIVE_INFINITY, mmr: 0.004, cum: 0, leverageMax: 50 }];

/** Trades signals of the real server at the venue simulator, while one goes wrong and the other is killed, and compares all three ledgers. */
export async function runExchange(options: ExchangeRun): Promise<ExchangeFigures> {
  const run = new Run(options, Random.of(options.seed, 'exchange run'));
  try {
    return await run.figures();
  } finally {
    await run.close();
  }
}

class Run {
  readonly #options: ExchangeRun;
  readonly #random: Random;
  readonly #faults: SeededFaults;
  readonly #folder = mkdtempSync(join(tmpdir(), 'tapewire-exchange-'));
  readonly #server: Server;
  readonly #complaints: string[] = [];
  readonly #signalIds: string[] = [];
  readonly #transports: HttpTransport[] = [];
  #venue!: Venue;
  #http!: HttpTransport;
  #alive: { readonly death: Death; readonly executor: ExchangeExecutor } | undefined;
  #published = 0;
  #kills = 0;
  #isEnding = false;
  #isDone = false;

  constructor(options: ExchangeRun, random: Random) {
    this.#options = options;
    this.#random = random;
    this.#faults = new SeededFaults(Random.of(options.seed, 'exchange faults'));
    this.#server = new Server(['--data-dir', join(this.#folder, 'data')], this.#folder, { command: 'demo' });
  }

  async figures(): Promise<ExchangeFigures> {
    const { seed, signals } = this.#options;
    this.#venue = await startVenue({ instruments: 12, seed, tradesPerSecond: 100 });
    const { private: side } = this.#venue;
    if (!this.#options.isFriendly) {
      side.faults = this.#faults;
      side.account.partsOf = () => (this.#random.uniform() < 0.4 ? 2 + (this.#random.word() % 3) : 1);
    }
    side.account.wallet = 100_000;
    this.#http = await this.#transport();
    const living = this.#live();
    await this.#until(120_000, () => Promise.resolve(this.#alive !== undefined));
    const symbols = [...this.#venue.market.contracts.keys()].filter((symbol) => !/^(BTC|ETH)/.test(symbol));
    await Promise.all(symbols.slice(0, SLOTS).map((symbol) => this.#trade(symbol)));
    // Whoever was killed last comes back once more; from here on nothing goes wrong, and everything comes to its end.
    this.#isEnding = true;
    this.#faults.isOn = false;
    this.#alive?.death.afterCalls(Infinity, false);
    await this.#until(60_000, () => Promise.resolve(this.#alive !== undefined));
    const patienceMs = this.#options.isFriendly ? 2_000 : 15_000;
    await this.#until(patienceMs, async () => (await this.#deliveries()).every(({ state }) => state !== 'IN_DOUBT'));
    await this.#until(patienceMs, () => Promise.resolve(side.account.openAlgos(undefined).length === 0));
    side.watch.look();
    const deliveries = await this.#deliveries();
    const compared = this.#compare(deliveries);
    this.#isDone = true;
    await this.#alive?.executor.stop();
    this.#alive?.death.die();
    await living;
    return {
      ...{ signals, seed, kills: this.#kills, faults: this.#faults.counts, ...compared },
      naked_ms_max: Math.round(side.watch.nakedMsMax),
      naked_ms_max_in_all: Math.round(side.watch.nakedMsMaxInAll),
      grace_ms: RULES.graceMs,
      orphan_ms_max: Math.round(side.watch.orphanMsMax),
      in_doubt: deliveries.filter(({ state }) => state === 'IN_DOUBT').length,
      complaints: this.#complaints,
    };
  }

  async close(): Promise<void> {
    for (const transport of this.#transports) transport.close();
    await this.#alive?.executor.disconnect();
    await this.#server.kill();
    await this.#venue.close();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10 });
  }

  /** One life after the other on the same disk. */
  async #live(): Promise<void> {
    while (!this.#isDone) {
      const death = new Death();
      this.#venue.private.watch.isAttended = true;
      await this.#born(death);
      if (!this.#options.isFriendly && !this.#isEnding) {
        death.afterCalls(40 + (this.#random.word() % 400), this.#random.uniform() < 0.5);
      }
      await death.died;
      const { executor } = this.#alive!;
      this.#alive = undefined;
      if (this.#isDone) return;
      this.#kills += 1;
      this.#venue.private.watch.look();
      this.#venue.private.watch.isAttended = false;
      await executor.disconnect();
    }
  }

  async #born(death: Death): Promise<void> {
    const { apiKey: key, secret } = this.#venue.private;
    for (;;) {
      const place = { kind: 'url', url: this.#venue.url } as const;
      const api = new MortalApi(await CcxtApi.open(place, { key, secret }), death);
      const { sabotage = (it: VenueApi) => it } = this.#options;
      const started = await startExchangeExecutor({
        ...{ api: sabotage(api), place, transport: new MortalTransport(await this.#transport(), death) },
        clock: mortalClock(death),
        ...{ folder: this.#folder, account: 'default', consumer: 'exchange', takeover: true },
        sizing: {
          ...{ riskPercent: 0.05, notionalMax: 2_000, leverageMax: 10, positionsMax: SLOTS, distanceBpsMax: 50 },
          ...{
            takerFeePercent: 0.05,
            entry: this.#random.uniform() < 0.5 ? 'market' : 'limit',
            acceptsOtherMarkets: true,
          },
        },
        marginBrackets: TIERS,
        symbols: [...this.#venue.market.contracts.keys()].filter((symbol) => !/^(BTC|ETH)/.test(symbol)),
        onNotice: ({ name, detail }) => {
          if (['report_refused', 'store_failed', 'decide_failed'].includes(name) && !death.isDead) {
            this.#complaints.push(`${name}: ${detail}`);
          }
        },
        onAlarm: () => undefined,
      });
      if (started.ok) {
        this.#alive = { death, executor: started.value };
        return;
      }
      // The venue went wrong while it was asked what the account is: whoever runs this starts it again.
      await sleep(100);
    }
  }

  async #transport(): Promise<HttpTransport> {
    const url = await this.#server.listening();
    const made = new HttpTransport({ url, key: readFileSync(join(this.#folder, 'data', 'api-key'), 'utf8').trim() });
    this.#transports.push(made);
    return made;
  }

  /** Signal after signal of one symbol, each to its end. */
  async #trade(symbol: string): Promise<void> {
    while (this.#published < this.#options.signals) {
      this.#published += 1;
      const id = await this.#publish(symbol);
      const dice = this.#random.uniform();
      const beganMs = performance.now();
      let asked = false;
      for (;;) {
        const state = await this.#stateOf(id);
        const forMs = performance.now() - beganMs;
        if (state !== undefined && TERMINAL.has(state)) break;
        if (!asked && (forMs > 8_000 || (dice < 0.2 && forMs > 700))) {
          asked = true;
          await this.#post(`/api/v1/signals/${id}/${state === 'FILLED' || state === 'PARTIAL' ? 'close' : 'cancel'}`);
        }
        if (asked && forMs > 15_000 && (state === 'FILLED' || state === 'PARTIAL')) {
          await this.#post(`/api/v1/signals/${id}/close`);
          asked = forMs < 30_000;
        }
        if (forMs > (this.#options.signalMsMax ?? SIGNAL_MS_MAX)) {
          this.#complaints.push(`${id} of ${symbol} is still ${state}`);
          return;
        }
        await sleep(150);
      }
    }
  }

  async #publish(symbol: string): Promise<string> {
    const best = this.#venue.market.best(symbol)!;
    const tick = this.#venue.market.contracts.get(symbol)!.tickSize;
    const direction = this.#random.uniform() < 0.5 ? 'BUY' : 'SELL';
    const [side, entry] = direction === 'BUY' ? [1, Number(best.ask[0])] : [-1, Number(best.bid[0])];
    const away = Math.max(6 * tick, entry * 0.0005);
    const at = (price: number): number => Number((Math.round(price / tick) * tick).toFixed(10));
    this.#signalIds.push(`0190${this.#hex(4)}-${this.#hex(4)}-7${this.#hex(3)}-8${this.#hex(3)}-${this.#hex(12)}`);
    const id = this.#signalIds.at(-1)!;
    const body = {
      ...{ id, symbol, direction, entry_price: at(entry), signal_strength: 80, leverage: 5, ttl_ms: TTL_MS },
      ...{ stop_loss: at(entry - side * away), take_profit: at(entry + side * away), max_slippage_bps: 40 },
    };
    const { status, body: answer } = await this.#http.request({ method: 'POST', path: '/api/v1/signals', body });
    if (status >= 300) throw new Error(`not published: ${status} ${JSON.stringify(answer)}`);
    return id;
  }

  #hex(digits: number): string {
    return Array.from({ length: digits }, () => (this.#random.word() & 15).toString(16)).join('');
  }

  async #post(path: string): Promise<void> {
    await this.#http.request({ method: 'POST', path, body: {} });
  }

  async #stateOf(id: string): Promise<string | undefined> {
    return (await this.#delivery(id))?.state as string | undefined;
  }

  async #delivery(id: string): Promise<Fields | undefined> {
    const { body } = await this.#http.request({ method: 'GET', path: `/api/v1/signals/${id}` });
    const deliveries = fieldsOf(fieldsOf(body).signal).deliveries;
    return Array.isArray(deliveries)
      ? deliveries.map(fieldsOf).find(({ account }) => account === 'default')
      : undefined;
  }

  async #deliveries(): Promise<readonly Fields[]> {
    const found: Fields[] = [];
    for (const id of this.#signalIds) found.push((await this.#delivery(id)) ?? {});
    return found;
  }

  /** The server's word against the venue's, order by order. */
  #compare(deliveries: readonly Fields[]) {
    const { account } = this.#venue.private;
    const entries = account.orders.filter(({ reduceOnly }) => !reduceOnly);
    const times = new Map<string, number>();
    for (const { clientOrderId } of entries) times.set(clientOrderId, (times.get(clientOrderId) ?? 0) + 1);
    const before = this.#complaints.length;
    for (const delivery of deliveries) {
      const order = entries.find(({ clientOrderId }) => clientOrderId === delivery.client_order_id);
      times.delete(String(delivery.client_order_id));
      const [filled, executed] = [Number(delivery.filled_qty ?? 0), order?.executed ?? 0];
      const isTold = Math.abs(filled - executed) < 1e-9 && executed > 0 === (delivery.state === 'CLOSED');
      if (!isTold)
        this.#complaints.push(
          `${String(delivery.client_order_id)} is ${String(delivery.state)} with ${filled}, at the venue ${order?.status} with ${executed}`,
        );
    }
    for (const id of times.keys()) this.#complaints.push(`${id} is an entry that no delivery knows`);
    const open = [...account.positions].filter(([, { amount }]) => amount !== 0);
    for (const [symbol, { amount }] of open) this.#complaints.push(`${symbol} is open with ${amount}`);
    const doubles = entries.length - new Set(entries.map(({ clientOrderId }) => clientOrderId)).size;
    return {
      ...{ entries: entries.length, closed: deliveries.filter(({ state }) => state === 'CLOSED').length },
      ...{ double_entries: doubles + times.size, orphan_exits: account.openAlgos(undefined).length },
      ledgers_equal: this.#complaints.length === before,
    };
  }

  async #until(forMs: number, condition: () => Promise<boolean>): Promise<void> {
    for (const untilMs = performance.now() + forMs; performance.now() < untilMs; await sleep(100))
      if (await condition()) return;
  }
}
