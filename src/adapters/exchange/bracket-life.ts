import { type BracketPlan, type ExitAction, type ExitFact, type ExitLeg, planExits } from './bracket.ts';
import type { OrderFact } from './facts.ts';
import { decimalText, type Filters } from './filters.ts';
import { type Answer, CODES, RECV_WINDOW_MS, type VenueApi } from './venue-api.ts';
import { problemOf, type VenueLook } from './venue-look.ts';

/** How long the keeper waits for what. Milliseconds. */
export const RULES = {
  /** No position is without a stop for longer, as far as the venue lets anything be done about it. */
  graceMs: 5_000,
  /** Unprotected for so long, the position is closed: what is left of the grace is for the close. */
  closeAfterMs: 2_500,
  /** Between two attempts at what was refused. */
  retryMs: 250,
  /** So many refusals in a row: a stop then means closing, a target is gone without. */
  attemptsMax: 3,
  /** How long fills and position may disagree before the position is believed. */
  settleMs: 1_500,
  /** Between two looks while all is well. A lost event does harm for no longer. */
  auditMs: 2_000,
  /** An entry that rests is taken off by the venue when nobody has said for so long that it shall stay. */
  deadManMs: 20_000,
  deadManEveryMs: 5_000,
  /** An order that is not there this long after it was signed cannot come any more: it would arrive too late to be taken. */
  absentAfterMs: RECV_WINDOW_MS + 2_000,
} as const;

export interface LifeTools {
  readonly api: VenueApi;
  readonly look: VenueLook;
  readonly filters: Filters;
  readonly monotonicMs: () => number;
  readonly wallMs: () => number;
  /** The position of the symbol, freshly asked for; `undefined` when the venue did not say. */
  readonly position: () => Promise<number | undefined>;
  readonly alarm: (detail: string) => void;
}

/** One entry and what protects it, from the moment it may be at the venue until nothing of it is left. */
export class BracketLife {
  readonly plan: BracketPlan;
  entry: OrderFact | undefined;
  /** The entry is not there, and can no longer come to be. */
  isAbsent = false;
  isOver = false;
  net = 0;
  readonly exits = new Map<string, ExitFact>();
  /** By the id of the CLOSE instruction's order. */
  readonly closes = new Map<string, OrderFact | undefined>();
  readonly #tools: LifeTools;
  /** Legs of which attempts may be at the venue that nobody here has seen. */
  readonly #unseen: Set<ExitLeg>;
  readonly #refusals = new Map<ExitLeg, number>();
  readonly #retryAtMs = new Map<ExitLeg, number>();
  #mustFlatten = false;
  #unprotectedSinceMs: number | undefined;
  #differsSinceMs: number | undefined;
  #auditedMs = -Infinity;
  #armedMs: number | undefined;

  /** @param isFresh nothing of it can be at the venue yet; otherwise, after a restart, everything may be */
  constructor(plan: BracketPlan, tools: LifeTools, isFresh: boolean) {
    this.plan = plan;
    this.#tools = tools;
    this.#unseen = new Set(isFresh ? [] : ['S', '2', 'C']);
  }

  /** Looks once and does what is to be done. @returns how long nothing needs to be looked at, unless something is heard of */
  async turn(): Promise<number> {
    const problem = await this.#gather();
    if (problem !== undefined) return this.#isPatient() ? RULES.auditMs : RULES.retryMs;
    if (this.entry === undefined) return this.#whileAbsent();
    const position = await this.#believedPosition();
    const { exits, entry } = this;
    const planned = planExits(
      this.plan,
      {
        entry: { isOpen: entry.status === 'open', executed: entry.executed },
        exits: [...exits.values()],
        closedElsewhere: this.#closedElsewhere(),
        position,
        mustFlatten: this.#watchProtection(),
      },
      this.#tools.filters,
    );
    this.net = planned.net;
    this.isOver = planned.isOver;
    const nowMs = this.#tools.monotonicMs();
    if (planned.isProtected) this.#unprotectedSinceMs = undefined;
    else this.#unprotectedSinceMs ??= nowMs;
    await this.#holdDeadManSwitch(entry.status === 'open');
    let didSomething = false;
    for (const action of planned.actions) {
      if (action.kind === 'place' && nowMs < (this.#retryAtMs.get(action.leg) ?? 0)) continue;
      await this.#act(action);
      didSomething = true;
    }
    if (this.isOver) return 0;
    if (didSomething) return 0;
    const isWaiting = planned.actions.length > 0 || [...exits.values()].some(({ status }) => status === 'filling');
    return isWaiting || this.#differsSinceMs !== undefined ? RULES.retryMs : RULES.auditMs;
  }

  /** Looks and does nothing. @returns a problem when the venue did not say all */
  async refresh(): Promise<string | undefined> {
    return this.#gather();
  }

  /** Something was heard of: the next look asks for everything that could have changed. */
  doubtPosition(): void {
    this.#auditedMs = -Infinity;
  }

  #whileAbsent(): number {
    this.isAbsent = this.#tools.wallMs() - this.plan.plannedMs > RULES.absentAfterMs;
    this.isOver = this.isAbsent;
    return this.isOver ? 0 : RULES.retryMs;
  }

  /** @returns a problem when the venue did not say all */
  async #gather(): Promise<string | undefined> {
    const { look } = this.#tools;
    const { symbol, clientOrderId } = this.plan;
    const [entry, algos, ...closes] = await Promise.all([
      this.entry?.status === 'filled' || this.entry?.status === 'over'
        ? undefined
        : look.order(symbol, { origClientOrderId: clientOrderId }),
      look.openAlgos(symbol),
      ...[...this.closes].map(async ([id, known]) => {
        if (known !== undefined && known.status !== 'open') return undefined;
        const seen = await look.order(symbol, { origClientOrderId: id });
        if (seen.kind === 'seen') this.closes.set(id, seen.value);
        return seen.kind === 'blind' ? seen : undefined;
      }),
    ]);
    if (entry?.kind === 'blind') return entry.problem;
    if (entry?.kind === 'seen') this.entry = entry.value;
    if (algos.kind !== 'seen') return algos.kind === 'blind' ? algos.problem : 'no list';
    const blindClose = closes.find((close) => close !== undefined);
    if (blindClose !== undefined) return blindClose.problem;
    const working = new Set(algos.value.map(({ clientAlgoId }) => clientAlgoId));
    for (const exit of this.exits.values()) {
      if (exit.status === 'over' || (exit.status === 'working' && working.has(exit.id))) continue;
      const seen = await look.exit(symbol, clientOrderId, exit.leg, exit.attempt);
      if (seen.kind === 'blind') return seen.problem;
      if (seen.kind === 'seen') this.exits.set(exit.id, seen.value);
    }
    for (const leg of this.#unseen) {
      const problem = await this.#discover(leg);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** Attempts follow one another without a hole, so the first that is not there ends the search. */
  async #discover(leg: ExitLeg): Promise<string | undefined> {
    for (let attempt = 1 + this.#attempts(leg); ; attempt += 1) {
      const seen = await this.#tools.look.exit(this.plan.symbol, this.plan.clientOrderId, leg, attempt);
      if (seen.kind === 'blind') return seen.problem;
      if (seen.kind === 'absent') {
        this.#unseen.delete(leg);
        return undefined;
      }
      this.exits.set(seen.value.id, seen.value);
    }
  }

  #attempts(leg: ExitLeg): number {
    return Math.max(0, ...[...this.exits.values()].filter((exit) => exit.leg === leg).map(({ attempt }) => attempt));
  }

  #closedElsewhere(): number {
    return [...this.closes.values()].reduce((sum, order) => sum + (order?.executed ?? 0), 0);
  }

  /** The position is one number for all who trade the symbol: it is only believed when it is smaller than our fills say, for a while. */
  async #believedPosition(): Promise<number | undefined> {
    const nowMs = this.#tools.monotonicMs();
    if (nowMs - this.#auditedMs < RULES.auditMs && this.#differsSinceMs === undefined) return undefined;
    const signed = await this.#tools.position();
    if (signed === undefined) return undefined;
    this.#auditedMs = nowMs;
    const position = this.plan.side === 'BUY' ? signed : -signed;
    const exited = [...this.exits.values()].reduce((sum, { executed }) => sum + executed, this.#closedElsewhere());
    const byFills = (this.entry?.executed ?? 0) - exited;
    if (position >= byFills - this.#tools.filters.stepSize / 2) {
      this.#differsSinceMs = undefined;
      return undefined;
    }
    this.#differsSinceMs ??= nowMs;
    return nowMs - this.#differsSinceMs >= RULES.settleMs ? position : undefined;
  }

  #watchProtection(): boolean {
    const since = this.#unprotectedSinceMs;
    const isLate = since !== undefined && this.#tools.monotonicMs() - since >= RULES.closeAfterMs;
    if (isLate) this.#flatten('no stop in time');
    return this.#mustFlatten;
  }

  #flatten(why: string): void {
    if (!this.#mustFlatten)
      this.#tools.alarm(`${this.plan.symbol} ${this.plan.clientOrderId} is closed at the market: ${why}`);
    this.#mustFlatten = true;
  }

  #isPatient(): boolean {
    return this.#unprotectedSinceMs === undefined && this.entry?.status !== 'open' && this.net > 0;
  }

  /** For entries alone: stops are algo orders, and a stop that goes is placed again at the next look. */
  async #holdDeadManSwitch(isResting: boolean): Promise<void> {
    const { api, monotonicMs } = this.#tools;
    const { symbol } = this.plan;
    if (!isResting && this.#armedMs === undefined) return;
    if (isResting && monotonicMs() - (this.#armedMs ?? -Infinity) < RULES.deadManEveryMs) return;
    const countdownTime = isResting ? RULES.deadManMs : 0;
    const answer = await api.call('fapiPrivatePostCountdownCancelAll', { symbol, countdownTime });
    if (answer.kind === 'ok') this.#armedMs = isResting ? monotonicMs() : undefined;
  }

  async #act(action: ExitAction): Promise<void> {
    const { api } = this.#tools;
    const { symbol, clientOrderId } = this.plan;
    if (action.kind === 'cancelEntry') {
      await api.call('fapiPrivateDeleteOrder', { symbol, origClientOrderId: clientOrderId });
      return;
    }
    if (action.kind === 'cancel') {
      // Gone already, or not: the next look says which.
      await api.call('fapiPrivateDeleteAlgoOrder', { clientAlgoId: action.id });
      const known = this.exits.get(action.id);
      const seen = known && (await this.#tools.look.exit(symbol, clientOrderId, known.leg, known.attempt));
      if (seen?.kind === 'seen') this.exits.set(action.id, seen.value);
      return;
    }
    this.#judge(action, await this.#place(action));
  }

  #place({ leg, id, qty }: Extract<ExitAction, { kind: 'place' }>): Promise<Answer> {
    const { api, filters } = this.#tools;
    const { symbol, side, stopPrice, targetPrice } = this.plan;
    const common = {
      symbol,
      side: side === 'BUY' ? 'SELL' : 'BUY',
      quantity: decimalText(qty, filters.stepSize),
      reduceOnly: 'true',
    };
    if (leg === 'C') {
      return api.call('fapiPrivatePostOrder', {
        ...common,
        type: 'MARKET',
        newClientOrderId: id,
        newOrderRespType: 'RESULT',
      });
    }
    const price = leg === 'S' ? stopPrice : targetPrice;
    return api.call('fapiPrivatePostAlgoOrder', {
      ...common,
      ...{ algoType: 'CONDITIONAL', type: leg === 'S' ? 'STOP_MARKET' : 'TAKE_PROFIT_MARKET', clientAlgoId: id },
      ...{ triggerPrice: decimalText(price, filters.tickSize), workingType: 'CONTRACT_PRICE' },
    });
  }

  #judge({ leg, id }: Extract<ExitAction, { kind: 'place' }>, answer: Answer): void {
    // Whatever was said, the venue is asked for it: an answer that is lost and one that came look alike from here.
    this.#unseen.add(leg);
    if (answer.kind === 'ok') {
      this.#refusals.delete(leg);
      return;
    }
    if (answer.kind === 'unknown' || answer.code === CODES.sameId) return;
    const refusals = (this.#refusals.get(leg) ?? 0) + 1;
    this.#refusals.set(leg, refusals);
    this.#retryAtMs.set(leg, this.#tools.monotonicMs() + RULES.retryMs * Math.min(refusals, 8));
    this.#tools.alarm(`${id} was refused: ${problemOf(answer)}`);
    // Most often there is nothing left to reduce: somebody else was faster.
    this.doubtPosition();
    if (leg === 'C') return;
    if (answer.code === CODES.wouldTrigger) this.#flatten(leg === 'S' ? 'the stop is passed' : 'the target is passed');
    else if (refusals >= RULES.attemptsMax && leg === 'S') this.#flatten('the venue takes no stop');
    else if (refusals >= RULES.attemptsMax) this.#retryAtMs.set(leg, Infinity);
  }
}
