import { faultCode } from '../../ports/fault-words.ts';
import type { Asked } from './received.ts';
import { requestOf } from './requests.ts';
import type { WeightBudget } from './weight-budget.ts';

const TIMEOUT_MS = 10_000;

export type RestAnswer =
  | { readonly ok: true; readonly text: string }
  /** `name` is counted, `problem` is for people. */
  | { readonly ok: false; readonly name: string; readonly problem: string };

/** Asks the venue over REST and keeps the budget informed. Never throws for what the world does. */
export class VenueRest {
  readonly #rest: string;
  readonly #budget: WeightBudget;
  readonly #nowMs: () => number;

  constructor(rest: string, budget: WeightBudget, nowMs: () => number) {
    this.#rest = rest;
    this.#budget = budget;
    this.#nowMs = nowMs;
  }

  async ask(asked: Asked, stop: AbortSignal): Promise<RestAnswer> {
    const { path } = requestOf(asked);
    try {
      const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(`${this.#rest}${path}`, { signal, redirect: 'error' });
      const text = await response.text();
      const used = Number(response.headers.get('x-mbx-used-weight-1m') ?? Number.NaN);
      if (Number.isFinite(used)) this.#budget.told(used, this.#nowMs());
      if (response.ok) return { ok: true, text };
      return this.#refused(response, text, path);
    } catch (error) {
      return { ok: false, name: 'request failed', problem: `${this.#rest}${path} cannot be asked: ${causeOf(error)}` };
    }
  }

  #refused({ status, headers }: Response, text: string, path: string): RestAnswer {
    const problem = `${path} was answered with ${status}: ${text.slice(0, 200)}`;
    if (status !== 429 && status !== 418) return { ok: false, name: `request answered ${status}`, problem };
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    this.#budget.pause(Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined, this.#nowMs());
    return { ok: false, name: status === 418 ? 'banned (418)' : 'too many requests (429)', problem };
  }
}

/** What `fetch` says is "fetch failed"; why is in its cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = faultCode(cause);
  if (code !== '') return code;
  return cause instanceof Error ? cause.message : error.message;
}
