import type { Want } from '../../core/feed/live-market.ts';
import { Backoff } from './backoff.ts';
import type { Asked, Received } from './received.ts';
import { requestOf } from './requests.ts';
import type { RestAnswer } from './venue-rest.ts';
import type { WeightBudget } from './weight-budget.ts';

const TIME_EVERY_MS = 10_000;
const LISTING_EVERY_MS = 60_000;
/** While there is reason to believe that it has changed. */
const LISTING_DOUBTED_EVERY_MS = 3_000;
const TICKERS_EVERY_MS = 300_000;
/** At the same time; what is urgent may go beyond it. */
const IN_FLIGHT_MAX = 6;
const URGENT_IN_FLIGHT_MAX = 12;

interface Question {
  readonly asked: Asked;
  readonly urgent: boolean;
}

interface Trouble {
  readonly backoff: Backoff;
  retryAtMs: number;
}

export interface QuestionsOptions {
  readonly ask: (asked: Asked) => Promise<RestAnswer>;
  readonly budget: WeightBudget;
  readonly nowMs: () => number;
  readonly chance: () => number;
  readonly received: (received: Received) => void;
  readonly failed: (name: string, problem: string) => void;
}

/** Asks the venue what the market wants to know, most pressing first, as far as the venue's weight goes. */
export class Questions {
  readonly #options: QuestionsOptions;
  readonly #inFlight = new Set<string>();
  readonly #troubles = new Map<string, Trouble>();
  readonly #askedAtMs = new Map<string, number>();

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /** To be called several times a second. */
  look(wants: readonly Want[], listingDoubted: boolean): void {
    const { budget, nowMs } = this.#options;
    for (const question of [...this.#routine(listingDoubted), ...wants.map(questionOf)]) {
      const { asked, urgent } = question;
      if (this.#inFlight.size >= (urgent ? URGENT_IN_FLIGHT_MAX : IN_FLIGHT_MAX)) break;
      const key = keyOf(asked);
      if (this.#inFlight.has(key) || (this.#troubles.get(key)?.retryAtMs ?? 0) > nowMs()) continue;
      // What is less pressing does not overtake: it would eat the weight that this one waits for.
      if (!budget.take(requestOf(asked).weight, urgent, nowMs())) break;
      void this.#ask(question, key);
    }
  }

  #routine(listingDoubted: boolean): Question[] {
    const due = (name: 'time' | 'exchangeInfo' | 'ticker24h', everyMs: number): Question[] =>
      this.#options.nowMs() - (this.#askedAtMs.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs
        ? []
        : [{ asked: { name }, urgent: true }];
    return [
      ...due('time', TIME_EVERY_MS),
      ...due('exchangeInfo', listingDoubted ? LISTING_DOUBTED_EVERY_MS : LISTING_EVERY_MS),
      ...due('ticker24h', TICKERS_EVERY_MS),
    ];
  }

  async #ask({ asked }: Question, key: string): Promise<void> {
    const { ask, nowMs, received, failed, chance } = this.#options;
    const askedAtMs = nowMs();
    this.#inFlight.add(key);
    const answer = await ask(asked);
    this.#inFlight.delete(key);
    if (answer.ok) {
      this.#askedAtMs.set(asked.name, askedAtMs);
      this.#troubles.delete(key);
      received({ kind: 'answer', atMs: nowMs(), askedAtMs, asked, text: answer.text });
      // Its answer may change nothing (a snapshot that is too old): it is not asked again at once.
      if (asked.name === 'klines' || asked.name === 'depth') this.#wait(key, new Backoff(chance));
      return;
    }
    this.#wait(key, this.#troubles.get(key)?.backoff ?? new Backoff(chance));
    failed(answer.name, answer.problem);
  }

  #wait(key: string, backoff: Backoff): void {
    this.#troubles.set(key, { backoff, retryAtMs: this.#options.nowMs() + backoff.nextMs() });
  }
}

function questionOf(want: Want): Question {
  const { symbol, urgent } = want;
  if (want.kind === 'snapshot') return { asked: { name: 'depth', symbol }, urgent };
  return { asked: { name: 'klines', symbol, fromMs: want.fromMs, toMs: want.toMs }, urgent };
}

const keyOf = (asked: Asked): string =>
  asked.name === 'klines'
    ? `klines ${asked.symbol} ${asked.fromMs}`
    : asked.name === 'depth'
      ? `depth ${asked.symbol}`
      : asked.name;
