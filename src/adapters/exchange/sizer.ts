import type { Decision } from '../../client/execution.ts';
import type { Signal } from '../../client/wire.ts';
import type { MarginBracket } from '../../core/risk/liquidation.ts';
import { sizePosition } from '../../core/risk/sizing.ts';
import { bracketPrices } from './bracket.ts';
import type { BracketFiles } from './bracket-files.ts';
import type { BracketKeeper } from './bracket-keeper.ts';
import { decodeBalance } from './facts.ts';
import { type Filters, priceDown, priceUp, qtyDown } from './filters.ts';
import type { Quotes } from './quotes.ts';
import { CODES, type VenueApi } from './venue-api.ts';
import { problemOf } from './venue-look.ts';

export interface SizerOptions {
  /** Of what the account is worth. */
  readonly riskPercent: number;
  /** In the quote currency, of one position. */
  readonly notionalMax: number;
  readonly leverageMax: number;
  readonly positionsMax: number;
  /** How far the venue's price may be from the signal's, basis points. */
  readonly distanceBpsMax: number;
  readonly takerFeePercent: number;
  /** `limit` waits at the signal's price, or better. */
  readonly entry: 'market' | 'limit';
  /** SIMULATED, REPLAY and DEMO are not markets. */
  readonly acceptsOtherMarkets: boolean;
}

export interface SizerTools {
  readonly api: VenueApi;
  readonly files: BracketFiles;
  readonly keeper: BracketKeeper;
  readonly quotes: Quotes;
  readonly filters: ReadonlyMap<string, Filters>;
  readonly marginBrackets: readonly MarginBracket[];
}

const QUOTE_WAIT_MS = 1_000;
/** A claim takes so long at most before another signal of the symbol may be thought about; the broker looks once more. */
const RESERVED_MS = 3_000;
const NOT_A_MARKET = /^(SIMULATED|REPLAY|DEMO)\b/;

/**
 * Decides what to do with a signal, before it is claimed: everything that can be asked beforehand is asked here, so that nothing but
 * the order itself is left when the deadline runs. One position per symbol: in one-way mode two cannot be told apart.
 */
export class Sizer {
  readonly #options: SizerOptions;
  readonly #tools: SizerTools;
  readonly #leverage = new Map<string, number>();
  /** Symbols that were decided on, for a moment: their bracket is not there yet. */
  readonly #reserved = new Map<string, { readonly signalId: string; readonly untilMs: number }>();

  constructor(options: SizerOptions, tools: SizerTools) {
    this.#options = options;
    this.#tools = tools;
  }

  async decide(signal: Signal): Promise<Decision> {
    return signal.intent === 'CLOSE' ? this.#close(signal) : this.#enter(signal);
  }

  #close({ id, closes }: Signal): Decision {
    const { keeper, files } = this.#tools;
    const life = keeper.lives().find(({ plan }) => plan.signalId === closes);
    if (life === undefined || !(life.net > 0)) return { decline: 'that position is not open here' };
    files.intend(id, { kind: 'close', entryId: life.plan.clientOrderId });
    return { take: 'MARKET', qty: life.net };
  }

  async #enter(signal: Signal): Promise<Decision> {
    const { symbol, side, entryPrice } = signal;
    const { acceptsOtherMarkets, positionsMax, distanceBpsMax, entry } = this.#options;
    const { api, files, keeper, quotes } = this.#tools;
    if (!acceptsOtherMarkets && NOT_A_MARKET.test(signal.market))
      return { decline: `${signal.market} is not the market` };
    const filters = this.#tools.filters.get(symbol);
    if (filters === undefined) return { decline: `${symbol} does not trade at the venue` };
    const nowMs = performance.now();
    const reserved = this.#reserved.get(symbol);
    if (reserved !== undefined && reserved.signalId !== signal.id && nowMs < reserved.untilMs)
      return { decline: `${symbol} is being entered` };
    this.#reserved.set(symbol, { signalId: signal.id, untilMs: nowMs + RESERVED_MS });
    const free = (decline: string): Decision => {
      this.#reserved.delete(symbol);
      return { decline };
    };
    const lives = keeper.lives();
    if (lives.some(({ plan }) => plan.symbol === symbol)) return free(`${symbol} is open, or not over`);
    if (lives.length >= positionsMax) return free(`${lives.length} positions are open`);
    const [quote, balance, positions] = await Promise.all([
      quotes.want(symbol, QUOTE_WAIT_MS),
      api.call('fapiPrivateV3GetBalance'),
      keeper.look.positions(),
    ]);
    if (quote === undefined) return free('the venue has no quote');
    const price = side === 'BUY' ? quote.ask : quote.bid;
    const distanceBps = (Math.abs(price - entryPrice) / entryPrice) * 10_000;
    if (!(distanceBps <= distanceBpsMax))
      return free(`${price} at the venue is ${distanceBps.toFixed(1)} bps from the signal`);
    const money = balance.kind === 'ok' ? decodeBalance(balance.body) : undefined;
    if (money === undefined || !money.ok || positions.kind !== 'seen') return free('the account cannot be asked');
    if ((positions.value.get(symbol) ?? 0) !== 0) return free(`${symbol} has a position that is not from here`);

    const { stopPrice, targetPrice } = bracketPrices(side, signal, filters);
    const sized = sizePosition(
      {
        ...{ side: side === 'BUY' ? 'buy' : 'sell', entryPrice: price, stopPrice, instrument: filters },
        ...{ leverage: Math.min(signal.leverage, this.#options.leverageMax), notionalMax: this.#options.notionalMax },
        ...{ equity: money.value.wallet, freeMargin: money.value.available },
        riskFraction: this.#options.riskPercent / 100,
      },
      { ...this.#costs(), minNotional: filters.notionalMin },
      this.#tools.marginBrackets,
    );
    if (typeof sized === 'string') return free(sized);
    const qty = qtyDown(Math.min(sized.qty, filters.qtyMax), filters);
    if (qty < filters.qtyMin || qty * price < filters.notionalMin) return free('size_below_minimum');
    const problem = await this.#setLeverage(symbol, sized.leverage);
    if (problem !== undefined) return free(problem);
    files.intend(signal.id, { kind: 'bracket', plan: { signalId: signal.id, symbol, side, stopPrice, targetPrice } });
    if (entry === 'market') return { take: 'MARKET', qty };
    return { take: 'LIMIT', qty, price: (side === 'BUY' ? priceDown : priceUp)(entryPrice, filters) };
  }

  #costs(): { readonly entryFee: number; readonly stopFee: number; readonly slippage: number } {
    const fee = this.#options.takerFeePercent / 100;
    return { entryFee: fee, stopFee: fee, slippage: 0.0002 };
  }

  /** Isolated: what one position can lose is what is bound for it. @returns a problem */
  async #setLeverage(symbol: string, leverage: number): Promise<string | undefined> {
    if (this.#leverage.get(symbol) === leverage) return undefined;
    const { api } = this.#tools;
    const margin = await api.call('fapiPrivatePostMarginType', { symbol, marginType: 'ISOLATED' });
    const isSet = margin.kind === 'ok' || (margin.kind === 'refused' && margin.code === CODES.sameMarginType);
    if (!isSet) return `isolated margin was not set: ${problemOf(margin)}`;
    const set = await api.call('fapiPrivatePostLeverage', { symbol, leverage });
    if (set.kind !== 'ok') return `leverage was not set: ${problemOf(set)}`;
    this.#leverage.set(symbol, leverage);
    return undefined;
  }
}
