import type { EngineStatistics, HealthFacts } from '../../adapters/http/api-house.ts';
import { judgeHealth } from '../../adapters/http/health.ts';
import {
  amountText,
  clockText,
  decimalsOfPrices,
  durationText,
  priceText,
  quantityText,
  quoteOf,
  timeText,
} from '../../contract/notice/digits.ts';
import type { Notice, NoticeLevel } from '../../contract/notice/notice.ts';
import { normaliseSymbol } from '../../contract/symbol.ts';
import type { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import { type Instruction, instructionState } from '../../core/delivery/instruction.ts';
import { ACCOUNTS } from '../../core/delivery/session.ts';
import { NO_EDGE } from '../../core/performance/performance.ts';
import { unrealisedOf } from '../../core/positions/position.ts';
import type { Signal } from '../../core/signals/signal.ts';
import type { SignalBook } from '../../core/signals/signal-book.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { MarketFeed } from '../../ports/market-feed.ts';
import type { Action, Operator, Plan } from '../../ports/operator.ts';
import type { House } from '../house.ts';
import { type Holding, holdingsOf } from './trades.ts';

const SHOWN_MAX = 10;

export interface OperatorParts {
  readonly feed: Pick<MarketFeed, 'kind' | 'label'>;
  readonly clock: Pick<MarketClock, 'nowMs' | 'speed'>;
  readonly houseMs: () => number;
  readonly signals: Pick<SignalBook, 'live' | 'history' | 'issuedCount'>;
  readonly deliveries: Pick<DeliveryBook, 'instructions' | 'unsettled' | 'accounts' | 'positions' | 'risk'>;
  /** What a position of this side could be closed at now. */
  readonly exitPrice: House['account']['exitPrice'];
  readonly ask: House['ask'];
  readonly health: () => HealthFacts;
  readonly statistics: () => EngineStatistics;
  readonly priceDecimals: (symbol: string) => number | undefined;
  /** What the channels have to say of themselves. */
  readonly channels: () => Notice['rows'];
}

/** Answers a person from the same books as the API, and acts through the same commands. */
export class HouseOperator implements Operator {
  readonly #parts: OperatorParts;

  constructor(parts: OperatorParts) {
    this.#parts = parts;
  }

  status(): Notice {
    const { feed, clock, signals, deliveries, health, channels } = this.#parts;
    const facts = health();
    const report = judgeHealth(facts, { kind: feed.kind, nowMs: clock.nowMs(), speed: clock.speed });
    const accounts = [...deliveries.accounts].map(({ account, session, halt }): [string, string] => {
      const holder = session === undefined ? 'nobody holds it' : `held by ${session.consumer}`;
      return [`account ${account}`, halt === undefined ? holder : `HALTED by ${halt.by}: ${halt.reason}; ${holder}`];
    });
    const held = holdingsOf(deliveries);
    const doubts = held.filter(({ inDoubt }) => inDoubt).length;
    const rows: [string, string][] = [
      ['feed', facts.feed.state],
      ['up', durationText(facts.upMs)],
      ['signals', `${signals.live(clock.nowMs()).length} live, ${signals.issuedCount} so far`],
      ['positions', `${held.length - doubts} open or working${doubts > 0 ? `, ${doubts} IN DOUBT` : ''}`],
      ['risk', this.#riskText()],
      ...accounts,
    ];
    const reasons = report.reasons.map(({ reason, sinceMs }) => `${reason}, since ${timeText(sinceMs)}`);
    return this.#answer(`Status: ${report.status}`, [...rows, ...channels()], reasons);
  }

  signals(): Notice {
    const { signals, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const live = signals.live(nowMs);
    const room = Math.max(0, SHOWN_MAX - live.length);
    const past = room === 0 ? [] : signals.history(nowMs).slice(-room);
    const rows = [
      ...live.slice(-SHOWN_MAX).map((signal) => this.#signalRow(signal, `until ${clockText(signal.expiresAtMs)}`)),
      ...past.toReversed().map(({ signal, end }) => this.#signalRow(signal, end.state.toLowerCase())),
    ];
    const title = live.length === 0 ? 'No live signal' : `${live.length} live`;
    return this.#answer(title, rows, rows.length === 0 ? ['There was none yet. /why says why.'] : []);
  }

  positions(): Notice {
    const held = holdingsOf(this.#parts.deliveries);
    const title = held.length === 0 ? 'Nothing is open' : `${held.length} open or working`;
    return this.#answer(
      title,
      held.slice(0, SHOWN_MAX).map((each) => this.#holdingRow(each)),
      more(held.length),
    );
  }

  performance(): Notice {
    const { positions } = this.#parts.deliveries;
    const rows = ACCOUNTS.flatMap((account): [string, string][] => {
      const { count, unpricedCount, net, gross, fees, funding } = positions.totalsOf(account);
      if (count + unpricedCount === 0) return [];
      const results = [...positions.closed].filter((each) => each.account === account && each.net !== undefined);
      const won = results.filter((each) => each.net! > 0).length;
      const asset = quoteOf(results.at(-1)?.symbol ?? '');
      const costs = `gross ${amountText(gross, asset)}, fees ${amountText(-fees, asset)}, funding ${amountText(-funding, asset)}`;
      const unpriced = unpricedCount === 0 ? '' : `; ${unpricedCount} without a known result`;
      return [
        [account, `${amountText(net, asset)} of ${count} closed${unpriced}`],
        [`${account} costs`, costs],
        [`${account} won`, `${won} of the last ${results.length}`],
      ];
    });
    if (rows.length === 0) return this.#answer('Nothing was closed yet', [], []);
    return this.#answer('Performance', rows, [`Verdict: ${NO_EDGE}. /api/v1/performance says what is missing.`]);
  }

  why(written: string): Notice {
    const { deliveries, statistics } = this.#parts;
    const symbol = normaliseSymbol(written);
    const newest = [...deliveries.instructions].findLast(
      ({ intent, signal }) => intent === 'ENTRY' && signal.symbol === symbol,
    );
    if (newest !== undefined) return this.#whySignal(newest);
    const { fusionRuns, silences, strategies } = statistics();
    const most = (counts: Readonly<Record<string, number | undefined>>): [string, number][] =>
      Object.entries(counts)
        .map(([name, count = 0]): [string, number] => [name, count])
        .sort(([, a], [, b]) => b - a);
    const rows = most(silences)
      .slice(0, 6)
      .map(([name, count]): [string, string] => [name, `${count} times`]);
    const opinions = Object.entries(strategies).map(([name, { buy, sell, abstained }]) => {
      const [reason] = most(abstained);
      return `${name}: ${buy} buy, ${sell} sell${reason === undefined ? '' : `, mostly "${reason[0]}"`}`;
    });
    const title = `No signal of ${symbol} is known`;
    const counted = `Votes were weighed ${fusionRuns} times since the start, over all symbols. What stood against a signal:`;
    return this.#answer(title, rows, [counted, ...opinions]);
  }

  plan(action: Action): Plan {
    const { deliveries } = this.#parts;
    const accounts = [...deliveries.accounts];
    const halted = accounts.filter(({ halt }) => halt !== undefined);
    switch (action.kind) {
      case 'halt':
        return this.#plan('Halt every account?', [], false);
      case 'resume': {
        const rows = halted.map(({ account, halt }): [string, string] => [
          account,
          `halted by ${halt!.by}: ${halt!.reason}`,
        ]);
        const isEmpty = halted.length === 0 && deliveries.risk.state.mode === 'ACTIVE';
        return this.#plan(isEmpty ? 'Nothing is halted' : 'Resume?', [['risk', this.#riskText()], ...rows], isEmpty);
      }
      case 'close':
      case 'flatten': {
        const symbol = action.kind === 'close' ? normaliseSymbol(action.symbol) : undefined;
        const held = holdingsOf(deliveries, symbol);
        const what = symbol ?? 'everything, and halt every account';
        const isEmpty = held.length === 0 && (symbol !== undefined || halted.length === accounts.length);
        const title = isEmpty ? `Nothing of ${symbol ?? 'anything'} is open` : `Close ${what}?`;
        return this.#plan(
          title,
          held.slice(0, SHOWN_MAX).map((each) => this.#holdingRow(each)),
          isEmpty,
          held.length,
        );
      }
    }
  }

  async act(action: Action, by: string): Promise<Notice> {
    try {
      if (action.kind === 'close') return await this.#close(by, normaliseSymbol(action.symbol));
      return await this.#kill(action.kind, by);
    } catch (error) {
      const remarks = [error instanceof Error ? error.message : String(error), 'It may or may not have taken place.'];
      return this.#answer(`${action.kind} FAILED`, [], remarks, 'alarm');
    }
  }

  /** The kill switch, as the API has it: all accounts at once, and risk. */
  async #kill(action: 'halt' | 'resume' | 'flatten', by: string): Promise<Notice> {
    const held = holdingsOf(this.#parts.deliveries).length;
    const reply = await this.#parts.ask({ kind: 'kill', action, reason: `/${action}`, by });
    if (!reply.ok) return this.#answer(`${action} refused`, [], [reply.refusal.message], 'important');
    const rows: [string, string][] = [['risk', this.#riskText()]];
    if (action === 'resume') return this.#answer('Resumed', rows, [], 'important');
    const remark = 'No new entries. Closing goes on. /resume ends it.';
    const title = action === 'halt' ? 'HALTED' : `HALTED, and ${held} are being closed`;
    return this.#answer(title, rows, [remark], 'important');
  }

  async #close(by: string, symbol: string): Promise<Notice> {
    const ids = new Map(holdingsOf(this.#parts.deliveries, symbol).map((held) => [held.instruction.id, held]));
    const rows: [string, string][] = [];
    let asked = 0;
    for (const [signalId, { instruction }] of ids) {
      const reply = await this.#parts.ask({ kind: 'close', signalId, reason: '/close', by });
      if (reply.ok) asked += 1;
      const issued = reply.ok && !reply.value.duplicate;
      rows.push([
        instruction.signal.symbol,
        reply.ok ? (issued ? 'close order issued' : 'was being closed') : reply.refusal.message,
      ]);
    }
    const title = ids.size === 0 ? 'Nothing was open' : `${asked} of ${ids.size} are being closed`;
    return this.#answer(title, rows.slice(0, SHOWN_MAX), more(rows.length), 'important');
  }

  #riskText(): string {
    const { mode, rule, reason, by } = this.#parts.deliveries.risk.state;
    return mode === 'ACTIVE' ? 'entries are allowed' : `${mode} by ${by} (${rule}): ${reason}`;
  }

  #whySignal(instruction: Instruction): Notice {
    const { signal, end, deliveries, producer } = instruction;
    const rows: [string, string][] = [
      ['issued', timeText(instruction.atMs)],
      ['state', end === undefined ? instructionState(instruction) : `${end.state}: ${end.reason}`],
      ...[...deliveries.values()].map(({ account, state, reason }): [string, string] => [
        account,
        `${state}: ${reason}`,
      ]),
      ['by', producer],
      ['id', instruction.id],
    ];
    const price = priceText(signal.entryPrice, this.#decimals(signal));
    const title = `Last of ${signal.symbol}: ${signal.side.toUpperCase()} ${signal.timeframe} at ${price}`;
    return this.#answer(title, rows, signal.reasons, 'info', signal.market);
  }

  #signalRow(signal: Signal, state: string): [string, string] {
    const { symbol, side, timeframe, entryPrice } = signal;
    const price = priceText(entryPrice, this.#decimals(signal));
    return [symbol, `${side.toUpperCase()} ${timeframe} at ${price}, ${state}`];
  }

  #holdingRow({ instruction: { signal }, delivery, position, avgPrice, inDoubt }: Holding): [string, string] {
    const size = position === undefined ? '' : ` ${quantityText(position.openQty)}`;
    const price = avgPrice === undefined ? '' : ` at ${priceText(avgPrice, this.#decimals(signal))}`;
    const now = position && this.#parts.exitPrice(signal.symbol, signal.side);
    const open = now === undefined ? '' : `, ${amountText(unrealisedOf(position!, now), quoteOf(signal.symbol))} open`;
    const state = inDoubt ? 'IN DOUBT' : delivery.state.toLowerCase();
    return [signal.symbol, `${signal.side.toUpperCase()}${size}${price}, ${state}${open}, account ${delivery.account}`];
  }

  #decimals({ symbol, entryPrice, stopPrice, targetPrices }: Signal): number {
    return this.#parts.priceDecimals(symbol) ?? decimalsOfPrices([entryPrice, stopPrice, ...targetPrices]);
  }

  #plan(title: string, rows: Notice['rows'], isEmpty: boolean, count = rows.length): Plan {
    return { notice: this.#answer(title, rows, more(count), 'important'), isEmpty };
  }

  #answer(
    title: string,
    rows: Notice['rows'],
    remarks: readonly string[],
    level: NoticeLevel = 'info',
    market = this.#parts.feed.label,
  ): Notice {
    const times = { atMs: this.#parts.clock.nowMs(), madeMs: this.#parts.houseMs() };
    return { key: '', kind: 'answer', level, market, title, rows, remarks, ...times };
  }
}

const more = (count: number): string[] => (count > SHOWN_MAX ? [`and ${count - SHOWN_MAX} more`] : []);
