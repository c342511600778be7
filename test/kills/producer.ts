import { setTimeout as sleep } from 'node:timers/promises';
import { SIMULATED_INSTRUMENTS } from '../../src/core/simulation/instruments.ts';
import type { Random } from '../../src/core/simulation/random.ts';
import type { Promises } from './promises.ts';

const RETRY_MS = 40;
/** Of the market or the account as they are: the signal was not published, and nothing was promised. */
const HONEST_REFUSALS = ['STALE_MARKET', 'HALTED', 'JOURNAL_FAILED', 'NOTHING_TO_CLOSE', 'UNKNOWN_SIGNAL'];

export interface ProducerOptions {
  readonly url: string;
  readonly key: string;
  readonly symbols: readonly string[];
  readonly chance: Random;
  readonly promises: Promises;
  /** Hears that a signal is about to be sent: a good moment for a kill. */
  readonly onSending: () => void;
}

/**
 * Publishes signals over all lives of the server. One whose answer was lost is sent again, the same id and body, until
 * there is an answer; some are cancelled, and some of the positions are asked to be closed.
 */
export class Producer {
  readonly #options: ProducerOptions;
  readonly #underWay = new Set<Promise<void>>();
  #stopped = false;
  #paused = false;
  /** Sent once more because the answer was lost, and found to have been published. */
  duplicates = 0;
  refused = 0;

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      if (!this.#paused) {
        const work = this.#life().finally(() => this.#underWay.delete(work));
        this.#underWay.add(work);
      }
      await sleep(60 + this.#options.chance.uniform() * 300);
    }
    await Promise.all(this.#underWay);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Finishes what is under way, publishes one signal of each symbol that lasts, and nothing more. @returns their ids */
  async pauseWith(ttlMs: number): Promise<readonly string[]> {
    this.#paused = true;
    await Promise.all(this.#underWay);
    const bodies = this.#options.symbols.map((symbol) => ({ ...this.#signal(symbol), ttl_ms: ttlMs }));
    const published = await Promise.all(bodies.map((body) => this.#publish(body)));
    return bodies.flatMap(({ id }, index) => (published[index] === true ? [id] : []));
  }

  resume(): void {
    this.#paused = false;
  }

  async #life(): Promise<void> {
    const { chance, symbols } = this.#options;
    const body = this.#signal(symbols[Math.floor(chance.uniform() * symbols.length)]!);
    if (!(await this.#publish(body))) return;
    const fate = chance.uniform();
    if (fate < 0.05) await this.#post(`/api/v1/signals/${body.id}/cancel`, { reason: 'second thoughts' });
    if (fate > 0.9) {
      await sleep(chance.uniform() * 400);
      const closing = await this.#post(`/api/v1/signals/${body.id}/close`, { reason: 'enough' });
      if (closing.status >= 300) this.#wasRefused(closing);
    }
  }

  /** @returns whether it was published */
  async #publish(body: { readonly id: string }): Promise<boolean> {
    const { promises, onSending } = this.#options;
    onSending();
    const answer = await this.#post('/api/v1/signals', body);
    const { status, json } = answer;
    if (status !== 201 && status !== 200) {
      this.#wasRefused(answer);
      return false;
    }
    if (status === 200) this.duplicates += 1;
    promises.published.add(body.id);
    const signal = json.signal as { readonly id: string; readonly state: string; readonly expires_in_ms: number };
    if (signal.id !== body.id) promises.problem(`published ${body.id} and was answered ${signal.id}`);
    if (signal.state === 'ACTIVE') promises.hasLeft(signal.id, signal.expires_in_ms);
    return true;
  }

  #signal(symbol: string) {
    const { chance } = this.#options;
    const price = SIMULATED_INSTRUMENTS.find((each) => each.symbol === symbol)!.startPrice;
    const sign = chance.uniform() < 0.5 ? 1 : -1;
    const at = (share: number) => Number((price * (1 + sign * share)).toPrecision(6));
    return {
      id: uuidV7(chance),
      symbol,
      direction: sign > 0 ? 'BUY' : 'SELL',
      entry_price: at(0),
      stop_loss: at(-0.01),
      take_profit: at(0.02),
      signal_strength: 80,
      // The shortest that may be, in a third of the cases: a deadline that is near is a deadline that is missed.
      ttl_ms: Math.max(250, Math.floor((chance.uniform() - 1 / 3) * 6_000)),
    };
  }

  #wasRefused({ status, json }: Answer): void {
    this.refused += 1;
    if (HONEST_REFUSALS.includes(String(json.code))) return;
    this.#options.promises.problem(`a producer was answered ${status}: ${JSON.stringify(json)}`);
  }

  /** Until there is an answer. */
  async #post(path: string, body: object): Promise<Answer> {
    for (;;) {
      try {
        const headers = { 'content-type': 'application/json', authorization: `Bearer ${this.#options.key}` };
        const response = await fetch(this.#options.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
        return { status: response.status, json: (await response.json()) as Record<string, unknown> };
      } catch (error) {
        // fetch says TypeError when the connection breaks: that is the kill.
        if (!(error instanceof TypeError)) throw error;
        await sleep(RETRY_MS);
      }
    }
  }
}

interface Answer {
  readonly status: number;
  readonly json: Readonly<Record<string, unknown>>;
}

/** RFC 9562: 48 bits of milliseconds, version 7, chance. */
export function uuidV7(chance: Pick<Random, 'uniform'>, nowMs = Date.now()): string {
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(chance.uniform() * 16).toString(16)).join('');
  const time = nowMs.toString(16).padStart(12, '0');
  const variant = '89ab'[Math.floor(chance.uniform() * 4)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(3)}-${variant}${hex(3)}-${hex(12)}`;
}
