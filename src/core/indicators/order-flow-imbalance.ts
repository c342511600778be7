import type { Quote } from '../market/quote.ts';

/**
 * Order-flow imbalance of the best bid and ask, in base units: what was added to the bid and taken from the ask since
 * the last `takeSecond`, less the opposite. Per update (Cont, Kukanov and Stoikov 2014, equation 3), ' being before:
 *
 *   e = [bid >= bid'] bidSize - [bid <= bid'] bidSize' - [ask <= ask'] askSize + [ask >= ask'] askSize'
 */
export class OrderFlowImbalance {
  #seen = false;
  #bidPrice = 0;
  #bidSize = 0;
  #askPrice = 0;
  #askSize = 0;
  #sum = 0;

  onQuote(quote: Quote): void {
    const { bidPrice, bidSize, askPrice, askSize } = quote;
    if (this.#seen) {
      this.#sum +=
        bidEvent(bidPrice, bidSize, this.#bidPrice, this.#bidSize) -
        askEvent(askPrice, askSize, this.#askPrice, this.#askSize);
    }
    this.#seen = true;
    this.#bidPrice = bidPrice;
    this.#bidSize = bidSize;
    this.#askPrice = askPrice;
    this.#askSize = askSize;
  }

  /** The imbalance since the last call; begins the next second with 0. */
  takeSecond(): number {
    const sum = this.#sum;
    this.#sum = 0;
    return sum;
  }
}

/** What an update did to one level of the bid: more willing buyers is positive. */
function bidEvent(price: number, size: number, oldPrice: number, oldSize: number): number {
  return (price >= oldPrice ? size : 0) - (price <= oldPrice ? oldSize : 0);
}

/** What an update did to one level of the ask: more willing sellers is positive. */
function askEvent(price: number, size: number, oldPrice: number, oldSize: number): number {
  return (price <= oldPrice ? size : 0) - (price >= oldPrice ? oldSize : 0);
}
