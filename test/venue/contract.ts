import { decimalsOf, toTicks } from '../../src/core/market/instrument.ts';

/** What `exchangeInfo` says of a contract. Only TRADING ones have streams and a 24 h ticker. */
export type ContractStatus = 'PENDING_TRADING' | 'TRADING' | 'SETTLING';

/** One contract of the venue: its grid on the wire, and the names of its streams. */
export class Contract {
  readonly symbol: string;
  readonly stepSize: number;
  readonly lower: string;
  status: ContractStatus;
  readonly #marketTick: number;
  readonly #sizeDecimals: number;
  #tickSize: number;
  #priceDecimals: number;
  /** A tick is `units` of the last decimal. */
  #tickUnits = 1;
  /** How many market ticks a tick of the wire is: 1, 10 after the tick became coarser, 0.1 after it became finer. */
  #scale = 1;

  constructor(symbol: string, tickSize: number, stepSize: number, status: ContractStatus = 'TRADING') {
    this.symbol = symbol;
    this.lower = symbol.toLowerCase();
    this.status = status;
    this.stepSize = stepSize;
    this.#marketTick = tickSize;
    this.#tickSize = tickSize;
    this.#priceDecimals = decimalsOf(tickSize);
    this.#tickUnits = Math.round(tickSize * 10 ** this.#priceDecimals);
    this.#sizeDecimals = decimalsOf(stepSize);
  }

  get tickSize(): number {
    return this.#tickSize;
  }

  get priceDecimals(): number {
    return this.#priceDecimals;
  }

  get sizeDecimals(): number {
    return this.#sizeDecimals;
  }

  /** From now on prices are on another grid: ten times as coarse or ten times as fine as the one it was listed with. */
  changeTick(scale: 10 | 0.1): void {
    this.#scale = scale;
    this.#tickSize = Number((this.#marketTick * scale).toPrecision(12));
    this.#priceDecimals = decimalsOf(this.#tickSize);
    this.#tickUnits = Math.round(this.#tickSize * 10 ** this.#priceDecimals);
  }

  /**
   * Ticks on the wire of a price of the market. Coarser: away from the spread. Finer: between the old ticks, so that
   * whoever still believes in the old grid can see that it is gone.
   */
  wireTicks(price: number, side: 'bid' | 'ask'): number {
    const ticks = toTicks(price, this.#marketTick);
    if (this.#scale === 1) return ticks;
    if (this.#scale < 1) return ticks * 10 + 5;
    return side === 'bid' ? Math.floor(ticks / 10) : Math.ceil(ticks / 10);
  }

  priceOf(wireTicks: number): number {
    return (wireTicks * this.#tickUnits) / 10 ** this.#priceDecimals;
  }

  priceText(wireTicks: number): string {
    return decimalText(wireTicks * this.#tickUnits, this.#priceDecimals);
  }

  sizeText(size: number): string {
    return decimalText(Math.round(size * 10 ** this.#sizeDecimals), this.#sizeDecimals);
  }
}

/** `toFixed` of `units / 10^decimals` for whole units, at a fifth of its cost: there are 200,000 of these a second. */
function decimalText(units: number, decimals: number): string {
  if (decimals === 0) return String(units);
  const digits = String(units).padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
