import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker, Order, OrderState } from '../../src/client/ports.ts';

const NEWS_EVERY_MS = 40;

/** The executor's side of the venue that lives in the process of the test. */
export class RemoteBroker implements Broker {
  readonly #url: string;
  readonly #sender: number;

  constructor(url: string, sender: number) {
    this.#url = url;
    this.#sender = sender;
  }

  submit(order: Order): Promise<OrderState> {
    // Taken in the same breath as the executor's last look at the deadline.
    return this.#ask('/submit', { order, leftMs: Date.now() }) as Promise<OrderState>;
  }

  async cancelEntry(clientOrderId: string): Promise<OrderState | undefined> {
    const state = (await this.#ask('/cancel', { clientOrderId })) as Partial<OrderState>;
    return state.status === undefined ? undefined : (state as OrderState);
  }

  findOrders(ids: readonly string[]) {
    return this.#ask('/find', { ids }) as ReturnType<Broker['findOrders']>;
  }

  quote(): undefined {
    return undefined;
  }

  listen(heard: (state: OrderState) => void): void {
    void this.#follow(heard);
  }

  async #follow(heard: (state: OrderState) => void): Promise<void> {
    for (let after = -1; ; ) {
      const { news, next } = (await this.#ask('/news', { after })) as { news: readonly OrderState[]; next: number };
      for (const state of news) heard(state);
      after = next;
      await sleep(NEWS_EVERY_MS);
    }
  }

  async #ask(path: string, body: object): Promise<unknown> {
    const response = await fetch(this.#url + path, {
      method: 'POST',
      body: JSON.stringify({ sender: this.#sender, ...body }),
    });
    return response.json();
  }
}
