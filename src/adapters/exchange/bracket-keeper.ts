import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderState } from '../../client/ports.ts';
import type { ExitLeg } from './bracket.ts';
import type { BracketFiles, BracketRecord } from './bracket-files.ts';
import { BracketLife } from './bracket-life.ts';
import { decodeFees, type OrderFact } from './facts.ts';
import type { Filters } from './filters.ts';
import type { VenueApi } from './venue-api.ts';
import { VenueLook } from './venue-look.ts';

export interface KeeperOptions {
  readonly api: VenueApi;
  readonly files: BracketFiles;
  readonly filters: ReadonlyMap<string, Filters>;
  readonly alarm: (detail: string) => void;
}

/** Several brackets that look at the same moment share one question for all positions. */
const POSITIONS_SHARED_MS = 100;
const REPORT_MS = 2_000;
const PAST_MAX = 500;

const LEG_WORDS: Readonly<Record<ExitLeg, { readonly leg: 'STOP' | 'TP2' | 'CLOSE'; readonly reason: string }>> = {
  S: { leg: 'STOP', reason: 'sl' },
  '2': { leg: 'TP2', reason: 'tp' },
  C: { leg: 'CLOSE', reason: 'manual' },
};

/** Looks after every bracket until it is over, one loop each, and tells the executor what becomes of them. */
export class BracketKeeper {
  readonly look: VenueLook;
  readonly #options: KeeperOptions;
  readonly #lives = new Map<string, { readonly life: BracketLife; wake: () => void; told: string }>();
  readonly #stop = new AbortController();
  readonly #loops = new Set<Promise<void>>();
  /** What was found out before anybody listened. */
  readonly #untold: OrderState[] = [];
  #heard: ((state: OrderState) => void) | undefined;
  readonly #past = new Map<string, BracketLife>();
  readonly #endings = new Set<Promise<void>>();
  #positions: { readonly atMs: number; readonly asked: ReturnType<VenueLook['positions']> } | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    // As many endings as brackets end within two seconds; Node warns of more than ten.
    setMaxListeners(0, this.#stop.signal);
    this.look = new VenueLook(options.api);
    options.files.onPlanned = (record) => this.#take(record, true);
  }

  /** What a restart finds. What is over is only known, not looked after. */
  resume(records: readonly BracketRecord[]): void {
    const over = new Set(records.flatMap((record) => (record.kind === 'over' ? [record.clientOrderId] : [])));
    for (const record of records) this.#take(record, false, over);
  }

  listen(heard: (state: OrderState) => void): void {
    this.#heard = heard;
    for (const state of this.#untold.splice(0)) heard(state);
  }

  lives(): readonly BracketLife[] {
    return [...this.#lives.values()].map(({ life }) => life);
  }

  life(clientOrderId: string): BracketLife | undefined {
    return this.#lives.get(clientOrderId)?.life;
  }

  /** The bracket that this order belongs to, over or not. */
  lifeOfOrder(id: string): BracketLife | undefined {
    const known = [...this.lives(), ...this.#past.values()];
    return known.find(({ plan, closes }) => plan.clientOrderId === id || closes.has(id));
  }

  /** Something happened to this symbol, or to all: whoever trades it looks now. */
  wake(symbol?: string): void {
    for (const { life, wake } of this.#lives.values()) {
      if (symbol !== undefined && life.plan.symbol !== symbol) continue;
      life.doubtPosition();
      wake();
    }
  }

  /** Stops looking. What protects positions stays at the venue. */
  async stop(): Promise<void> {
    this.#stop.abort();
    for (const { wake } of this.#lives.values()) wake();
    await Promise.all(this.#loops);
    await Promise.all(this.#endings);
  }

  #take(record: BracketRecord, isFresh: boolean, over: ReadonlySet<string> = new Set()): void {
    if (record.kind === 'close') {
      const { entryId, clientOrderId } = record.plan;
      this.lifeOfOrder(entryId)?.closes.set(clientOrderId, undefined);
    }
    if (record.kind !== 'bracket') return;
    const { plan } = record;
    const filters = this.#options.filters.get(plan.symbol);
    if (filters === undefined) {
      this.#options.alarm(
        `${plan.symbol} does not trade any more: ${plan.clientOrderId} must be looked after by a person`,
      );
      return;
    }
    const { api, alarm } = this.#options;
    const times = { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
    const position = (): Promise<number | undefined> => this.#position(plan.symbol);
    const life = new BracketLife(plan, { ...{ api, look: this.look, filters, position, alarm }, ...times }, isFresh);
    if (over.has(plan.clientOrderId)) return void this.#past.set(plan.clientOrderId, life);
    this.#lives.set(plan.clientOrderId, { life, wake: () => undefined, told: '' });
    const loop = this.#run(life).finally(() => this.#loops.delete(loop));
    this.#loops.add(loop);
  }

  async #run(life: BracketLife): Promise<void> {
    const { clientOrderId } = life.plan;
    const kept = this.#lives.get(clientOrderId)!;
    while (!this.#stop.signal.aborted) {
      let isHeard = false;
      let end = (): void => undefined;
      kept.wake = () => {
        isHeard = true;
        end();
      };
      const forMs = await life.turn();
      await this.#tell(kept);
      if (life.isOver) break;
      // An event that came during the look may be about what the look did not see.
      if (isHeard || this.#stop.signal.aborted || forMs === 0) continue;
      const waiting = new AbortController();
      end = () => waiting.abort();
      await sleep(forMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    }
    if (!life.isOver) return;
    this.#lives.delete(clientOrderId);
    this.#past.set(clientOrderId, life);
    if (this.#past.size > PAST_MAX) for (const oldest of this.#past.keys()) return void this.#past.delete(oldest);
    const ending = this.#end(clientOrderId).finally(() => this.#endings.delete(ending));
    this.#endings.add(ending);
  }

  /** Written down after the report of it has had time to be: killed in between, a restart finds it open and tells once more. */
  async #end(clientOrderId: string): Promise<void> {
    await sleep(REPORT_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    if (!this.#stop.signal.aborted) await this.#options.files.over(clientOrderId);
  }

  async #tell(kept: { readonly life: BracketLife; told: string }): Promise<void> {
    const { life } = kept;
    const states = await this.statesOf(life);
    for (const state of states) {
      const text = JSON.stringify(state);
      if (kept.told.includes(text)) continue;
      kept.told += text;
      if (this.#heard === undefined) this.#untold.push(state);
      else this.#heard(state);
    }
  }

  /** What there is to report of a bracket: the entry, and how it ended. */
  async statesOf(life: BracketLife): Promise<readonly OrderState[]> {
    const { entry, plan } = life;
    if (entry === undefined) return [];
    const isDone = entry.status !== 'open';
    const fees = isDone && entry.executed > 0 ? await this.#fees(plan.symbol, [entry.orderId]) : {};
    const states: OrderState[] = [{ ...stateOf(entry), ...fees }];
    const closed = life.isOver && entry.executed > 0 ? await this.#closed(life) : undefined;
    return closed === undefined ? states : [...states, closed];
  }

  async #closed({ plan, exits, closes }: BracketLife): Promise<OrderState> {
    const filled = [...exits.values()].filter(({ executed }) => executed > 0);
    const byClose = [...closes.values()].flatMap((order) => (order !== undefined && order.executed > 0 ? [order] : []));
    const all = [...filled, ...byClose];
    const qty = all.reduce((sum, { executed }) => sum + executed, 0);
    const value = all.reduce((sum, { executed, avgPrice }) => sum + executed * avgPrice, 0);
    const last = filled.at(-1);
    const { leg, reason } = last === undefined ? LEG_WORDS.C : LEG_WORDS[last.leg];
    const orderIds = all.flatMap(({ orderId }) => orderId ?? []);
    return {
      clientOrderId:
        leg === 'STOP' ? `${plan.clientOrderId}-S` : leg === 'TP2' ? `${plan.clientOrderId}-2` : plan.clientOrderId,
      ...{ status: 'CLOSED', leg, reason: byClose.length > 0 ? 'close signal' : reason },
      ...(qty > 0 && { qty: Number(qty.toFixed(10)), avgPrice: Number((value / qty).toPrecision(12)) }),
      ...(await this.#fees(plan.symbol, orderIds)),
    };
  }

  async #fees(symbol: string, orderIds: readonly string[]): Promise<{ fee?: number; feeAsset?: string }> {
    let total = 0;
    let asset: string | undefined;
    for (const orderId of orderIds) {
      const answer = await this.#options.api.call('fapiPrivateGetUserTrades', { symbol, orderId });
      const fees = answer.kind === 'ok' ? decodeFees(answer.body) : undefined;
      // A fee that is not known is left out rather than told as less than it was.
      if (fees === undefined || !fees.ok || fees.value.feeAsset === undefined) return {};
      total += fees.value.fee;
      asset = fees.value.feeAsset;
    }
    return asset === undefined ? {} : { fee: Number(total.toFixed(10)), feeAsset: asset };
  }

  async #position(symbol: string): Promise<number | undefined> {
    const nowMs = performance.now();
    if (this.#positions === undefined || nowMs - this.#positions.atMs > POSITIONS_SHARED_MS) {
      this.#positions = { atMs: nowMs, asked: this.look.positions() };
    }
    const seen = await this.#positions.asked;
    return seen.kind === 'seen' ? (seen.value.get(symbol) ?? 0) : undefined;
  }
}

/** How the executor reports it. */
export function stateOf({
  clientOrderId,
  status,
  said,
  orderId,
  qty,
  executed,
  avgPrice,
  updateMs,
}: OrderFact): OrderState {
  const isFilled = status === 'filled';
  const open = executed > 0 ? 'PARTIAL' : 'SUBMITTED';
  const over = said === 'REJECTED' ? 'REJECTED' : 'CANCELLED';
  return {
    ...{ clientOrderId, orderId, qty, cumQty: executed, leavesQty: Number((qty - executed).toFixed(10)) },
    status: isFilled ? 'FILLED' : status === 'open' ? open : over,
    ...(avgPrice > 0 && { avgPrice }),
    ...(over === 'CANCELLED' && status === 'over' && { reason: said.toLowerCase() }),
    venueTime: new Date(updateMs).toISOString(),
  };
}
