import type { EngineStatistics, HealthFacts } from '../../adapters/http/api-house.ts';
import { judgeHealth } from '../../adapters/http/health.ts';
import {
  amountText,
  clockText,
  decimalsOfPrices,
  durationText,
  priceText,
  quantityText,
  timeText,
} from '../../contract/notice/digits.ts';
import type { Notice, NoticeLevel } from '../../contract/notice/notice.ts';
import { normaliseSymbol } from '../../contract/symbol.ts';
import type { DeliveryBook } from '../../core/delivery/delivery-book.ts';
import { type Instruction, instructionState } from '../../core/delivery/instruction.ts';
import type { Signal } from '../../core/signals/signal.ts';
import type { SignalBook } from '../../core/signals/signal-book.ts';
import type { MarketClock } from '../../ports/clock.ts';
import type { MarketFeed } from '../../ports/market-feed.ts';
import type { Action, Operator, Plan } from '../../ports/operator.ts';
import type { House } from '../house.ts';
import { type Holding, holdingsOf, resultsOf } from './trades.ts';

const SHOWN_MAX = 10;

export interface OperatorParts {
  readonly feed: Pick<MarketFeed, 'kind' | 'label'>;
  readonly clock: Pick<MarketClock, 'nowMs' | 'speed'>;
  readonly houseMs: () => number;
  readonly signals: Pick<SignalBook, 'live' | 'history' | 'issuedCount'>;
  readonly deliveries: Pick<DeliveryBook, 'instructions' | 'unsettled' | 'accounts'>;
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
    const { closed, unknown, won, lost, gross, fees, asset } = resultsOf(this.#parts.deliveries);
    if (closed === 0)
      return this.#answer('Nothing was closed yet', [], ['As far back as executors’ reports are kept.']);
    const rows: [string, string][] = [
      ['after fees', amountText(gross - fees, asset)],
      ['before', amountText(gross, asset)],
      ['fees', quantityText(Number(fees.toPrecision(6)))],
      ['won, lost', `${won}, ${lost}`],
    ];
    const remarks = ['As executors reported it, without funding, as far back as reports are kept.'];
    if (unknown > 0) remarks.push(`${unknown} without a result: not enough was reported of them.`);
    return this.#answer(`${closed} closed`, rows, remarks);
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
        return this.#plan(halted.length === 0 ? 'Nothing is halted' : 'Resume?', rows, halted.length === 0);
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
      switch (action.kind) {
        case 'halt':
          return await this.#halt(by, '/halt');
        case 'resume':
          return await this.#resume(by);
        case 'close':
          return await this.#close(by, '/close', normaliseSymbol(action.symbol));
        case 'flatten': {
          // No entry must come in while the closes go out.
          const halted = await this.#halt(by, '/flatten');
          const closed = await this.#close(by, '/flatten', undefined);
          return this.#answer(closed.title, [...halted.rows, ...closed.rows], closed.remarks, 'important');
        }
      }
    } catch (error) {
      const remarks = [error instanceof Error ? error.message : String(error), 'It may or may not have taken place.'];
      return this.#answer(`${action.kind} FAILED`, [], remarks, 'alarm');
    }
  }

  async #halt(by: string, reason: string): Promise<Notice> {
    const rows: [string, string][] = [];
    for (const { account } of [...this.#parts.deliveries.accounts]) {
      const reply = await this.#parts.ask({ kind: 'halt', account, reason, by });
      rows.push([`account ${account}`, reply.ok ? 'halted' : reply.refusal.message]);
    }
    return this.#answer('HALTED', rows, ['No new entries. Closing goes on. /resume ends it.'], 'important');
  }

  async #resume(by: string): Promise<Notice> {
    const rows: [string, string][] = [];
    for (const { account, halt } of [...this.#parts.deliveries.accounts]) {
      if (halt === undefined) continue;
      const reply = await this.#parts.ask({ kind: 'resume', account, by });
      rows.push([`account ${account}`, reply.ok ? 'resumed' : reply.refusal.message]);
    }
    return this.#answer('Resumed', rows, [], 'important');
  }

  async #close(by: string, reason: string, symbol: string | undefined): Promise<Notice> {
    const ids = new Map(holdingsOf(this.#parts.deliveries, symbol).map((held) => [held.instruction.id, held]));
    const rows: [string, string][] = [];
    let asked = 0;
    for (const [signalId, { instruction }] of ids) {
      const reply = await this.#parts.ask({ kind: 'close', signalId, reason, by });
      if (reply.ok) asked += 1;
      const became = !reply.ok
        ? reply.refusal.message
        : reply.value.duplicate
          ? 'was being closed'
          : 'close order issued';
      rows.push([instruction.signal.symbol, became]);
    }
    const title = ids.size === 0 ? 'Nothing was open' : `${asked} of ${ids.size} are being closed`;
    return this.#answer(title, rows.slice(0, SHOWN_MAX), more(rows.length), 'important');
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

  #holdingRow({ instruction: { signal }, delivery, qty, avgPrice, inDoubt }: Holding): [string, string] {
    const size = qty === undefined ? '' : ` ${quantityText(qty)}`;
    const price = avgPrice === undefined ? '' : ` at ${priceText(avgPrice, this.#decimals(signal))}`;
    const state = inDoubt ? 'IN DOUBT' : delivery.state.toLowerCase();
    return [signal.symbol, `${signal.side.toUpperCase()}${size}${price}, ${state}, account ${delivery.account}`];
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
