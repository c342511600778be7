import type { Books } from '../delivery/books.ts';
import type { Dispatcher } from '../delivery/dispatcher.ts';
import type { Instruction } from '../delivery/instruction.ts';
import type { Moment } from '../delivery/moment.ts';
import { PAPER_ACCOUNT } from '../delivery/session.ts';
import type { Silence } from '../fusion/silence.ts';
import type { Instrument } from '../market/instrument.ts';
import { DAY_MS } from '../market/timeframe.ts';
import type { Side } from '../market/trade.ts';
import { FUNDING_EVERY_MS } from '../paper/costs.ts';
import type { PaperSettings } from '../paper/settings.ts';
import { type Position, unrealisedOf } from '../positions/position.ts';
import { type MarginBracket, marginBrackets } from './liquidation.ts';
import { lossStreakOf, stopsOf } from './recent-losses.ts';
import type { RiskMode } from './risk-book.ts';
import type { RiskSettings } from './settings.ts';
import { type Sized, type SizingRefusal, sizePosition } from './sizing.ts';

export interface RiskOfficerParts {
  readonly settings: RiskSettings;
  readonly paper: PaperSettings;
  readonly books: Books;
  readonly take: Dispatcher['take'];
  /** What a position of this side could be closed at; `undefined` while nobody knows. */
  readonly exitPrice: (symbol: string, side: Side) => number | undefined;
}

/** What the bot would like to do. */
export interface Candidate {
  readonly symbol: string;
  readonly side: Side;
  readonly entryPrice: number;
  readonly stopPrice: number;
  /** The one exit target. */
  readonly targetPrice: number;
  readonly leverage: number;
}

/** The account as it stands, in the quote currency. */
export interface Equity {
  /** Realised and unrealised. */
  readonly equity: number;
  readonly net: number;
  readonly unrealised: number;
  /** Bound as margin by open positions. */
  readonly margin: number;
  /** Value of all open positions at their entry. */
  readonly exposure: number;
  /** Since the day began, of the equity then: positive is a loss. A fraction. */
  readonly dailyLoss: number;
  /** From the highest equity: a fraction. */
  readonly drawdown: number;
  /** Symbols of open positions that nobody knows a price of, as after a restart: they count as at their entry, so most of this is a guess. */
  readonly unpriced: readonly string[];
}

const BY = 'risk';

/**
 * Stands between fusion and the signal book for the built-in bot, and sizes what is traded on paper. Its limits are measured on
 * the account `paper`, which trades every signal. Whatever is not a finite number speaks against the entry.
 */
export class RiskOfficer {
  readonly #parts: RiskOfficerParts;
  readonly #brackets: readonly MarginBracket[];

  constructor(parts: RiskOfficerParts) {
    this.#parts = parts;
    this.#brackets = marginBrackets(parts.settings.marginTiers);
  }

  equity(): Equity {
    const { books, paper, exitPrice } = this.#parts;
    const { positions, risk } = books.deliveries;
    const unpriced: string[] = [];
    let [unrealised, margin, exposure] = [0, 0, 0];
    for (const position of positions.openOf(PAPER_ACCOUNT)) {
      const value = position.openQty * position.entryPrice;
      const price = exitPrice(position.symbol, position.side);
      if (price === undefined) unpriced.push(position.symbol);
      else unrealised += unrealisedOf(position, price);
      margin += value / (books.deliveries.instruction(position.signalId)?.signal.leverage ?? 1);
      exposure += value;
    }
    const net = positions.realisedNet(PAPER_ACCOUNT) + unrealised;
    const equity = paper.startEquity + net;
    const dayEquity = paper.startEquity + risk.dayNet;
    const dailyLoss = (dayEquity - equity) / dayEquity;
    const drawdown = 1 - equity / (paper.startEquity + risk.peakNet);
    return { equity, net, unrealised, margin, exposure, dailyLoss, drawdown, unpriced };
  }

  /** Moves the state when a limit was reached, and at 00:00 UTC. @returns whether everything is to be closed */
  watch(moment: Moment): boolean {
    const { settings, books, take } = this.#parts;
    const { risk } = books.deliveries;
    const account = this.equity();
    const dayMs = Math.floor(moment.atMs / DAY_MS) * DAY_MS;
    const isByHand = risk.state.rule === 'operator' && risk.state.mode !== 'ACTIVE';
    if (!Number.isFinite(account.equity)) {
      if (!isByHand) this.#set('HALTED', 'not_finite', 'the equity of the account is not a number', 0, moment);
      return false;
    }
    // No limit is reached, and none left, by a guess. Entries wait meanwhile.
    if (account.unpriced.length > 0) return false;
    const { net } = account;
    if (dayMs > risk.dayMs) {
      take({ kind: 'turn_day', dayMs, net }, moment);
      const { mode, untilMs } = risk.state;
      if (mode !== 'ACTIVE' && untilMs !== undefined && untilMs <= moment.atMs) {
        this.#set('ACTIVE', 'day', 'a new day has begun', net, moment);
      }
      return this.watch(moment);
    }
    if (isByHand) return false;
    const { drawdownHaltPercent, drawdownReducePercent, dailyLossPercent, dailyLossFlattenPercent } = settings;
    const reached = (value: number, percent: number): boolean => percent > 0 && value * 100 >= percent;
    const isDeep = reached(account.dailyLoss, dailyLossFlattenPercent);
    const { mode, rule } = risk.state;
    if (reached(account.drawdown, drawdownHaltPercent)) {
      const reason = `the drawdown reached ${drawdownHaltPercent} %: somebody has to resume`;
      if (mode !== 'HALTED' || rule !== 'drawdown') this.#set('HALTED', 'drawdown', reason, net, moment);
    } else if (mode === 'HALTED' && rule !== 'daily_loss' && rule !== 'daily_loss_flatten') {
      return false;
    } else if (isDeep || reached(account.dailyLoss, dailyLossPercent)) {
      const halted = isDeep ? 'daily_loss_flatten' : 'daily_loss';
      const reason = `the loss of the day reached ${isDeep ? dailyLossFlattenPercent : dailyLossPercent} %`;
      // To close everything is graver than to halt, and told by itself; what it then costs less does not take it back.
      if (mode !== 'HALTED' || (isDeep && rule !== halted)) {
        this.#set('HALTED', halted, reason, net, moment, dayMs + DAY_MS);
      }
      return isDeep;
    } else if (mode === 'HALTED') {
      return false;
    } else if (reached(account.drawdown, drawdownReducePercent)) {
      const reason = `the drawdown reached ${drawdownReducePercent} %`;
      if (mode !== 'REDUCING') this.#set('REDUCING', 'drawdown', reason, net, moment);
    } else if (mode === 'REDUCING') {
      this.#set('ACTIVE', 'drawdown', `the drawdown is below ${drawdownReducePercent} % again`, net, moment);
    }
    return false;
  }

  /** @returns what speaks against a signal of the bot */
  judge(candidate: Candidate, nowMs: number): Silence | undefined {
    const { settings, books, paper } = this.#parts;
    const { positions, risk } = books.deliveries;
    const account = this.equity();
    const { entryPrice, stopPrice, targetPrice, symbol, side } = candidate;
    const { unpriced, ...sums } = account;
    const numbers = [entryPrice, stopPrice, targetPrice, candidate.leverage, nowMs, ...Object.values(sums)];
    if (!numbers.every(Number.isFinite) || account.equity <= 0) return 'risk_not_finite';
    if (risk.state.mode === 'HALTED') return 'risk_halted';
    if (risk.state.mode === 'REDUCING') return 'risk_reducing';
    if (unpriced.length > 0) return 'position_unpriced';
    const { signalsPerHour, stopGuardStops, stopGuardMinutes } = settings;
    if (signalsPerHour > 0 && risk.signalsInHour(nowMs) >= signalsPerHour) return 'signal_rate';
    if (this.#streak(nowMs) === 'pause') return 'loss_streak';
    if (stopGuardStops > 0) {
      const sinceMs = nowMs - stopGuardMinutes * 60_000;
      if (stopsOf(positions.closed, { account: PAPER_ACCOUNT, symbol, side, sinceMs }) >= stopGuardStops)
        return 'stop_guard';
    }
    if (this.#fundingStandsAgainst(candidate, nowMs)) return 'funding_window';
    const open = positions.openOf(PAPER_ACCOUNT);
    if (open.some((position) => position.symbol === symbol && position.side === side)) return 'position_open';
    // What stands on the other side is being closed by the same decision, unless that is turned off.
    const others = open.filter((position) => position.symbol !== symbol);
    if (settings.maxPositions > 0 && others.length >= settings.maxPositions) return 'too_many_positions';
    const sameSide = others.filter((position) => position.side === side).length;
    if (settings.maxSameSide > 0 && sameSide >= settings.maxSameSide) return 'too_many_same_side';
    const sized = this.#size(candidate, account, paper.minNotional, STEPLESS, nowMs);
    return typeof sized === 'string' ? sized : this.#clusterRisk(candidate, sized, others, account);
  }

  /** How much to trade of it on the account `paper`, or why not. Whoever made it. */
  size({ signal }: Instruction, instrument: Instrument, nowMs: number): Sized | string {
    if (this.#parts.books.deliveries.risk.state.mode !== 'ACTIVE') return 'risk_halted';
    const account = this.equity();
    if (!Number.isFinite(account.equity) || account.equity <= 0) return 'risk_not_finite';
    if (account.unpriced.length > 0) return 'position_unpriced';
    return this.#size(signal, account, this.#parts.paper.minNotional, instrument, nowMs);
  }

  #size(
    { symbol, side, entryPrice, stopPrice, leverage }: Omit<Candidate, 'targetPrice'>,
    { equity, margin, exposure }: Equity,
    minNotional: number,
    instrument: Pick<Instrument, 'stepSize' | 'tickSize'>,
    nowMs: number,
  ): Sized | SizingRefusal | 'symbol_exposure' | 'gross_exposure' {
    const { settings, paper, books } = this.#parts;
    const ofSymbol = books.deliveries.positions
      .openOf(PAPER_ACCOUNT)
      .filter((position) => position.symbol === symbol)
      .reduce((sum, { openQty, entryPrice: price }) => sum + openQty * price, 0);
    const left = (percent: number, used: number): number =>
      percent === 0 ? Number.MAX_VALUE : (equity * percent) / 100 - used;
    const leftOfSymbol = left(settings.maxSymbolExposurePercent, ofSymbol);
    const leftOfAll = left(settings.maxGrossExposurePercent, exposure);
    if (leftOfSymbol < minNotional) return 'symbol_exposure';
    if (leftOfAll < minNotional) return 'gross_exposure';
    const half = this.#streak(nowMs) === 'none' ? 1 : 0.5;
    const costs = {
      entryFee: paper.takerFeePercent / 100,
      stopFee: paper.takerFeePercent / 100,
      slippage: (paper.maxSlippageBps + paper.blindSlippageBps) / 1e4,
      minNotional,
    };
    const request = { side, entryPrice, stopPrice, leverage, equity, freeMargin: equity - margin, instrument };
    const limits = {
      notionalMax: Math.min(leftOfSymbol, leftOfAll),
      riskFraction: (half * settings.riskPerTradePercent) / 100,
    };
    return sizePosition({ ...request, ...limits }, costs, this.#brackets);
  }

  /** The risk of all stops together: `sqrt(u' R u)` with `u` the signed risk and one correlation for every pair. */
  #clusterRisk(
    { side, symbol }: Candidate,
    { lossAtStop }: Sized,
    others: readonly Position[],
    { equity }: Equity,
  ): Silence | undefined {
    const { maxClusterRiskPercent, clusterCorrelation } = this.#parts.settings;
    if (maxClusterRiskPercent === 0) return undefined;
    const signed = (of: Side, risk: number): number => ((of === 'buy' ? 1 : -1) * risk) / equity;
    const units = others.map((each) => ({ symbol: each.symbol, u: signed(each.side, each.riskAmount) }));
    units.push({ symbol, u: signed(side, lossAtStop) });
    let variance = 0;
    for (const a of units) {
      for (const b of units) variance += a.u * b.u * (a.symbol === b.symbol ? 1 : clusterCorrelation);
    }
    return Math.sqrt(Math.max(0, variance)) * 100 > maxClusterRiskPercent ? 'cluster_risk' : undefined;
  }

  #fundingStandsAgainst({ side, entryPrice, targetPrice }: Candidate, nowMs: number): boolean {
    const { settings, paper } = this.#parts;
    const untilMs = FUNDING_EVERY_MS - (nowMs % FUNDING_EVERY_MS);
    if (settings.fundingWindowSeconds === 0 || untilMs > settings.fundingWindowSeconds * 1000) return false;
    const paid = (side === 'buy' ? 1 : -1) * paper.fundingRatePercent;
    // There is no expectancy before it was measured: the whole target, costs taken off, is the most it can be.
    const costs = 2 * paper.takerFeePercent + (2 * paper.blindSlippageBps) / 100;
    const gain = (Math.abs(targetPrice - entryPrice) / entryPrice) * 100 - costs;
    return paid > 0 && paid > (settings.fundingSharePercent / 100) * Math.max(0, gain);
  }

  /** `pause`: no entries. `half`: again, and half as large, until something is won. */
  #streak(nowMs: number): 'none' | 'pause' | 'half' {
    const { lossStreak, lossStreakMinutes } = this.#parts.settings;
    if (lossStreak === 0) return 'none';
    const { count, lastMs } = lossStreakOf(this.#parts.books.deliveries.positions.closed, PAPER_ACCOUNT);
    if (count < lossStreak) return 'none';
    const isFresh = count % lossStreak === 0 && nowMs - lastMs < lossStreakMinutes * 60_000;
    return isFresh ? 'pause' : 'half';
  }

  #set(mode: RiskMode, rule: string, reason: string, net: number, moment: Moment, untilMs?: number): void {
    const until = untilMs === undefined ? {} : { untilMs };
    this.#parts.take({ kind: 'set_risk', mode, rule, reason, by: BY, net, ...until }, moment);
  }
}

/** Whoever executes rounds by his own instrument: to issue a signal it only matters that there is a size. */
const STEPLESS = { stepSize: 1e-9, tickSize: 1e-9 };
