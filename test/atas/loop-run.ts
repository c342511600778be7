import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../src/core/simulation/random.ts';
import { uuidV7 } from '../kills/producer.ts';
import { Api } from './api.ts';
import { markOf } from './comments.ts';
import type { AtasBuild } from './dotnet.ts';
import { isEnded, judge, type Verdict } from './judge.ts';
import { conductOf, type Fault, planOf, type SignalPlan, type Victim } from './loop-plan.ts';
import type { LoopRecord, SignalRecord } from './records.ts';
import { Stage } from './stage.ts';
import { GRACE_MS } from './strategy-settings.ts';

export interface LoopOptions {
  readonly signals: number;
  readonly seed: number;
  readonly symbol: string;
  readonly build: AtasBuild;
  /** One signal of so many has something killed while it lives. */
  readonly killEvery: number;
  readonly onProgress?: (sentence: string) => void;
}

export interface LoopResult {
  readonly signals: number;
  readonly verdict: Verdict;
  readonly record: LoopRecord;
  readonly problems: readonly string[];
  /** From the moment a producer sent a signal until the platform sent its entry order, in milliseconds. */
  readonly publishedToSentMs: readonly number[];
  readonly kills: number;
  readonly manualOrders: number;
  /** Publications that the server did not take, by code. */
  readonly refusals: Readonly<Record<string, number>>;
  /** What stood on the chart at the end, and the newest alerts and lines of the log: where to look first when something is wrong. */
  readonly told: readonly string[];
}

const VICTIMS: readonly Victim[] = ['platform', 'server', 'both'];
/** How long a signal is waited for before the next one is published, however its position stands. */
const LIFE_MS_MAX = 9_000;
const NEWEST = 40;
const LOOK_EVERY_MS = 60;
/** A signal that nobody has claimed by then was left, and the next one may take its place. */
const LEFT_MS = 900;
/** After a position the strategy waits for the last words of the broker. */
const BREATH_MS_MAX = 500;
const SLIPPAGE_BPS = 3;
const PUBLISH_ATTEMPTS_MAX = 40;
const PUBLISH_AGAIN_MS = 250;
const SETTLING_MS_MAX = 90_000;

/** One server, one exchange, one platform with one chart; everything that happens to them comes from the seed. */
export async function runLoop(options: LoopOptions): Promise<LoopResult> {
  const stage = new Stage(options.symbol, options.seed, options.build);
  try {
    await stage.open();
    return await new Loop(stage, options).run();
  } finally {
    await stage.close();
  }
}

class Loop {
  readonly #stage: Stage;
  readonly #options: LoopOptions;
  readonly #chance: Random;
  readonly #api: Api;
  readonly #published = new Map<string, number>();
  readonly #problems: string[] = [];
  readonly #refusals: Record<string, number> = {};
  #kills = 0;
  #manualOrders = 0;

  constructor(stage: Stage, options: LoopOptions) {
    this.#stage = stage;
    this.#options = options;
    this.#chance = Random.of(options.seed, 'loop');
    this.#api = new Api(stage.url, stage.key);
  }

  async run(): Promise<LoopResult> {
    const { signals, killEvery, onProgress } = this.#options;
    for (let number = 1; number <= signals; number += 1) {
      const isKill = number % killEvery === Math.floor(killEvery / 2);
      const victim = isKill ? VICTIMS[Math.floor(number / killEvery) % VICTIMS.length] : undefined;
      await this.#play(planOf(this.#chance, victim));
      if (number % 25 === 0) onProgress?.(`${this.#options.symbol}: ${number} signals, ${this.#kills} kills`);
    }
    await this.#settle();
    const record = await this.#record();
    const verdict = judge(record);
    const problems = [...this.#problems, ...this.#stage.hangs, ...this.#stage.faults, ...verdict.problems];
    const publishedToSentMs = this.#latencies(record);
    const { charts, alerts, logs } = await this.#stage.snapshot();
    const newest = [...alerts, ...logs].slice(-NEWEST).map(({ message }) => message);
    const told = [...charts.flatMap(({ drawn }) => drawn), ...newest];
    const counts = { refusals: this.#refusals, kills: this.#kills, manualOrders: this.#manualOrders };
    return { signals: this.#published.size, verdict, record, problems, publishedToSentMs, told, ...counts };
  }

  /** A signal from its publication until nothing of it is open, with what goes wrong meanwhile. */
  async #play(plan: SignalPlan): Promise<void> {
    for (const fault of plan.faults) await this.#inflict(fault);
    const id = await this.#publish(plan);
    if (id === undefined) return;
    const faults = plan.late.map(async (fault) => {
      await sleep(fault.afterMs);
      await this.#inflict(fault);
    });
    await this.#fate(id, plan);
    await Promise.all(faults);
    const sinceMs = Date.now();
    while (Date.now() < sinceMs + LIFE_MS_MAX) {
      await sleep(LOOK_EVERY_MS);
      const signal = await this.#api.signal(id);
      const isLeft = Date.now() > sinceMs + LEFT_MS && signal?.deliveries.every(({ state }) => state === 'OFFERED');
      const isOver = signal?.deliveries.every(isEnded) ?? true;
      if ((isLeft === true || isOver) && (await this.#isFlat())) {
        await sleep(this.#chance.uniform() * BREATH_MS_MAX);
        return;
      }
    }
    // Whatever it waits for: a close ends it.
    await this.#api.post(`/api/v1/signals/${id}/close`, { reason: 'enough' });
  }

  /** Until the server takes it: a market that is behind after a restart catches up. */
  async #publish(plan: SignalPlan): Promise<string | undefined> {
    for (let attempt = 1; attempt <= PUBLISH_ATTEMPTS_MAX; attempt += 1) {
      const id = await this.#publishOnce(plan);
      if (id !== undefined) return id;
      await sleep(PUBLISH_AGAIN_MS);
    }
    return undefined;
  }

  async #publishOnce(plan: SignalPlan): Promise<string | undefined> {
    const quote = await this.#stage.quote();
    if (quote === undefined) throw new Error('there is no market');
    const { sign, stopBps, targetBps, targets, ttlMs, offBps } = plan;
    const price = sign > 0 ? quote.ask : quote.bid;
    const at = (bps: number): number => Number((price * (1 + (sign * bps) / 10_000)).toPrecision(10));
    const id = uuidV7(this.#chance);
    const further =
      targets === 1
        ? {}
        : targets === 2
          ? { tp1: at(targetBps * 0.85) }
          : { tp1: at(targetBps * 0.8), tp3: at(targetBps * 1.4) };
    const sentMs = Date.now();
    const answer = await this.#api.post('/api/v1/signals', {
      ...{ id, symbol: this.#stage.symbol, direction: sign > 0 ? 'BUY' : 'SELL', entry_price: at(-offBps) },
      ...{ stop_loss: at(-stopBps - offBps), take_profit: at(targetBps), ...further },
      ...{ signal_strength: 80, max_slippage_bps: SLIPPAGE_BPS, ttl_ms: ttlMs },
    });
    if (answer.status === 201 || answer.status === 200) {
      this.#published.set(id, sentMs);
      return id;
    }
    this.#refusals[answer.code] = (this.#refusals[answer.code] ?? 0) + 1;
    if (!HONEST_REFUSALS.includes(answer.code))
      this.#problems.push(`a producer was answered ${answer.status} ${answer.code}`);
    return undefined;
  }

  async #fate(id: string, { fate, sign, stopBps }: SignalPlan): Promise<void> {
    if (fate === 'live') return;
    await sleep(this.#chance.uniform() * 900);
    if (fate === 'cancel') await this.#api.post(`/api/v1/signals/${id}/cancel`, { reason: 'second thoughts' });
    if (fate === 'close') await this.#api.post(`/api/v1/signals/${id}/close`, { reason: 'enough' });
    const quote = await this.#stage.quote();
    if (fate !== 'amend' || quote === undefined) return;
    const stop = (sign > 0 ? quote.bid : quote.ask) * (1 - (sign * stopBps * 1.2) / 10_000);
    await this.#api.patch(`/api/v1/signals/${id}`, { version: 1, stop_loss: Number(stop.toPrecision(10)) });
  }

  /** At the exchange nothing of ours is left, nor of anybody else. */
  async #isFlat(): Promise<boolean> {
    const { orders, positions } = await this.#stage.state();
    return (
      positions.every(({ quantity }) => quantity === 0) && !orders.some(({ comment }) => markOf(comment) !== undefined)
    );
  }

  async #inflict(fault: Fault): Promise<void> {
    if (fault.kind === 'conduct') await this.#stage.setConduct(fault.conduct);
    else if (fault.kind === 'manual') await this.#byHand(fault.what);
    else await this.#kill(fault.victim);
  }

  async #kill(victim: Victim): Promise<void> {
    this.#kills += 1;
    if (victim !== 'server') await this.#stage.killPlatform();
    if (victim !== 'platform') await this.#stage.killServer();
    await sleep(this.#chance.uniform() * 1_500);
    if (victim !== 'platform') await this.#stage.startServer();
    if (victim === 'server') return;
    // Another connector, as a person might choose one.
    if (this.#chance.uniform() < 0.5) await this.#stage.setConduct(conductOf(this.#chance));
    await this.#stage.startPlatform();
  }

  async #byHand(what: 'resting' | 'round trip' | 'flatten'): Promise<void> {
    this.#manualOrders += 1;
    const quote = await this.#stage.quote();
    const held = (await this.#stage.state()).positions[0]?.quantity ?? 0;
    if (quote === undefined) return;
    if (what === 'resting') {
      const price = Number((quote.bid * 0.98).toPrecision(4));
      await this.#stage.order({ side: 'Buy', type: 'Limit', quantity: this.#lot(0.1), price });
      return;
    }
    if (held === 0) return;
    const [entry, exit] = held > 0 ? (['Buy', 'Sell'] as const) : (['Sell', 'Buy'] as const);
    if (what === 'flatten') {
      await this.#stage.order({ side: exit, type: 'Market', quantity: Math.abs(held), reduceOnly: true });
      return;
    }
    const quantity = this.#lot(Math.abs(held) / 5);
    await this.#stage.order({ side: entry, type: 'Market', quantity });
    await sleep(400);
    await this.#stage.order({ side: exit, type: 'Market', quantity });
  }

  #lot(quantity: number): number {
    const step = this.#stage.stepSize;
    return Number((Math.max(1, Math.round(quantity / step)) * step).toPrecision(10));
  }

  /** Nothing new, a well-behaved broker, and time for everything to end. */
  async #settle(): Promise<void> {
    await this.#api.post('/api/v1/accounts/default/halt', { reason: 'the end of the run' });
    await this.#stage.setConduct({ exchange: { serverOcoShare: 0.5 }, connector: {} });
    const untilMs = Date.now() + SETTLING_MS_MAX;
    while (Date.now() < untilMs) {
      const { orders, positions } = await this.#stage.state();
      for (const { orderId, comment } of orders) if (markOf(comment) === undefined) await this.#stage.cancel(orderId);
      const isOpen = orders.some(({ comment }) => markOf(comment) !== undefined);
      const held = positions[0]?.quantity ?? 0;
      // What people left behind.
      if (!isOpen && held !== 0)
        await this.#stage.order({ side: held > 0 ? 'Sell' : 'Buy', type: 'Market', quantity: Math.abs(held) });
      const signals = await this.#api.signals();
      if (signals.every(({ deliveries }) => deliveries.every(isEnded)) && held === 0 && orders.length === 0) break;
      await sleep(500);
    }
    // The last lines of the exchange are still on their way to the books.
    await sleep(500);
  }

  async #record(): Promise<LoopRecord> {
    const signals: SignalRecord[] = [];
    for (const { id } of await this.#api.signals()) {
      const signal = await this.#api.signal(id);
      if (signal !== undefined) signals.push(signal);
    }
    return {
      ledger: await this.#stage.ledger(),
      signals,
      away: this.#stage.away,
      endMs: Date.now(),
      graceMs: GRACE_MS,
    };
  }

  #latencies({ ledger, signals }: LoopRecord): readonly number[] {
    const publishedMs = new Map<string, number>();
    for (const { id, deliveries } of signals) {
      const sentMs = this.#published.get(id);
      const clientOrderId = deliveries[0]?.client_order_id;
      if (sentMs !== undefined && clientOrderId !== undefined) publishedMs.set(clientOrderId, sentMs);
    }
    const found = new Map<string, number>();
    for (const { order } of ledger) {
      const mark = markOf(order?.comment ?? null);
      if (order === null || mark === undefined || mark.leg !== undefined || found.has(mark.clientOrderId)) continue;
      const fromMs = publishedMs.get(mark.clientOrderId);
      if (fromMs !== undefined) found.set(mark.clientOrderId, Date.parse(order.sentTime) - fromMs);
    }
    return [...found.values()];
  }
}

/** Of the market or the account as they are. */
const HONEST_REFUSALS = ['STALE_MARKET', 'HALTED', 'JOURNAL_FAILED', 'PRICE_OFF_MARKET'];
