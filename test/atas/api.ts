import { setTimeout as sleep } from 'node:timers/promises';
import type { SignalRecord } from './records.ts';

const AGAIN_MS = 60;
const ANSWER_MS_MAX = 10_000;

export interface Answer {
  readonly status: number;
  /** The code of a refusal, empty otherwise. */
  readonly code: string;
}

/** What a producer and an operator ask of the server, over all its lives: without an answer they ask again. */
export class Api {
  readonly #url: string;
  readonly #key: string;

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  async post(path: string, body: object): Promise<Answer> {
    return answerOf(await this.#ask('POST', path, body));
  }

  async patch(path: string, body: object): Promise<Answer> {
    return answerOf(await this.#ask('PATCH', path, body));
  }

  /** With the whole history of its deliveries; `undefined` when there is no such signal. */
  async signal(id: string): Promise<SignalRecord | undefined> {
    const { json } = await this.#ask('GET', `/api/v1/signals/${id}`);
    const { signal } = json as { readonly signal?: SignalRecord };
    return signal && withoutPaper(signal);
  }

  /** All there are, oldest first, each with its deliveries but without their history. */
  async signals(): Promise<readonly SignalRecord[]> {
    const found: SignalRecord[] = [];
    for (let after: string | null = ''; after !== null; ) {
      const { json } = await this.#ask('GET', `/api/v1/signals?limit=500${after === '' ? '' : `&after=${after}`}`);
      const page = json as { readonly signals: readonly SignalRecord[]; readonly next?: string | null };
      found.push(...page.signals.map(withoutPaper));
      after = page.next ?? null;
    }
    return found;
  }

  async #ask(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ readonly status: number; readonly json: unknown }> {
    const headers = { authorization: `Bearer ${this.#key}`, ...(body && { 'content-type': 'application/json' }) };
    for (;;) {
      try {
        const signal = AbortSignal.timeout(ANSWER_MS_MAX);
        const init = { method, headers, signal, ...(body && { body: JSON.stringify(body) }) };
        const response = await fetch(this.#url + path, init);
        return { status: response.status, json: await response.json() };
      } catch (error) {
        // fetch says TypeError when the connection breaks, and an abort when nothing came: that is the kill.
        if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
        await sleep(AGAIN_MS);
      }
    }
  }
}

/** The house trades everything on paper as well, which the exchange of this loop knows nothing of. */
const withoutPaper = (signal: SignalRecord): SignalRecord => ({
  ...signal,
  deliveries: signal.deliveries.filter(({ id }) => id.endsWith('.default')),
});

function answerOf({ status, json }: { readonly status: number; readonly json: unknown }): Answer {
  return { status, code: String((json as { readonly code?: string }).code ?? '') };
}
