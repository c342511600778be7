import { wordsOf } from './notice.ts';
import type { HttpRequest, Transport } from './ports.ts';
import {
  type Decoded,
  decodeGrant,
  decodeSession,
  decodeSignalPage,
  fieldsOf,
  type Grant,
  type ListedSignal,
  type OpenedSession,
  type ReportBody,
} from './wire.ts';

export interface Refusal {
  readonly status: number;
  /** UPPER_SNAKE, from the server's table. */
  readonly code: string;
  readonly detail: string;
  /** All members of the problem, such as `holder`. */
  readonly body: unknown;
}

/**
 * There are three answers, and telling the last two apart is what the whole protocol is about.
 *
 *   ok          it is done, and on the server's disk
 *   refused     it was understood and is not done; asking again gives the same
 *   unanswered  nobody knows: the connection broke, the server failed, or it had no time (5xx, 408, 425, 429)
 */
export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unanswered'; readonly problem: string };

export interface SessionRequest {
  readonly consumer: string;
  readonly account: string;
  /** 32 hex digits, new for every process. */
  readonly instance: string;
  readonly symbols: readonly string[];
  readonly capabilities: readonly string[];
  readonly takeover: boolean;
}

export interface ClaimRequest {
  readonly signalId: string;
  /** Chosen before the first attempt, on disk, and the same for every attempt. */
  readonly key: string;
  readonly session: string;
  readonly epoch: number;
  readonly account: string;
}

const ROOT = '/api/v1';
const MAY_BE_REPEATED = new Set([408, 425, 429]);

/** The calls of `/api/v1` that an executor needs. Nothing is retried here: whether to retry is the caller's to know. */
export class ApiClient {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  openSession(request: SessionRequest): Promise<Answer<OpenedSession>> {
    return this.#ask({ method: 'POST', path: `${ROOT}/sessions`, body: request }, decodeSession);
  }

  /** @returns whether the account is halted */
  heartbeat(session: string, epoch: number): Promise<Answer<{ readonly halted: boolean }>> {
    const path = `${ROOT}/sessions/${encodeURIComponent(session)}/heartbeat`;
    return this.#ask({ method: 'POST', path, body: { epoch } }, (body) => {
      return { ok: true, value: { halted: fieldsOf(body).halted === true } };
    });
  }

  /** Gives the account back. Refused with STALE_EPOCH where it is not this session's any more, which is as good. */
  release(session: string): Promise<Answer<undefined>> {
    const path = `${ROOT}/sessions/${encodeURIComponent(session)}`;
    return this.#ask({ method: 'DELETE', path }, () => ({ ok: true, value: undefined }));
  }

  claim({ signalId, key, ...body }: ClaimRequest): Promise<Answer<Grant>> {
    const path = `${ROOT}/signals/${encodeURIComponent(signalId)}/claim`;
    return this.#ask({ method: 'POST', path, headers: { 'Idempotency-Key': key }, body }, decodeGrant);
  }

  report(delivery: string, body: ReportBody): Promise<Answer<undefined>> {
    const path = `${ROOT}/deliveries/${encodeURIComponent(delivery)}/reports`;
    return this.#ask({ method: 'POST', path, body }, () => ({ ok: true, value: undefined }));
  }

  /** Every signal that can still be claimed, oldest first, each with its deliveries. */
  async activeSignals(): Promise<Answer<readonly ListedSignal[]>> {
    const signals: ListedSignal[] = [];
    for (let next: string | undefined = ''; next !== undefined; ) {
      const after: string = next === '' ? '' : `&after=${encodeURIComponent(next)}`;
      const path = `${ROOT}/signals?state=ACTIVE&limit=500${after}`;
      const page = await this.#ask({ method: 'GET', path }, decodeSignalPage);
      if (page.kind !== 'ok') return page;
      signals.push(...page.value.signals);
      next = page.value.next;
    }
    return { kind: 'ok', value: signals };
  }

  /** ACTIVE, CANCELLED, … */
  signalState(signalId: string): Promise<Answer<string>> {
    return this.#ask({ method: 'GET', path: `${ROOT}/signals/${encodeURIComponent(signalId)}` }, (body) => {
      const { state } = fieldsOf(fieldsOf(body).signal);
      return typeof state === 'string' ? { ok: true, value: state } : { ok: false, problem: 'signal: no state' };
    });
  }

  /** The cursor of the newest event. */
  newestCursor(): Promise<Answer<string>> {
    return this.#ask({ method: 'GET', path: `${ROOT}/time` }, (body) => {
      const { cursor } = fieldsOf(body);
      return typeof cursor === 'string' ? { ok: true, value: cursor } : { ok: false, problem: 'time: no cursor' };
    });
  }

  /** The raw answer of a long poll. @param waitSeconds whole, at most 30 */
  poll(after: string, waitSeconds: number, stop: AbortSignal): Promise<Answer<unknown>> {
    const path = `${ROOT}/events?after=${encodeURIComponent(after)}&wait=${waitSeconds}`;
    const timeoutMs = waitSeconds * 1_000 + 10_000;
    return this.#ask({ method: 'GET', path, timeoutMs, stop }, (body) => ({ ok: true, value: body }));
  }

  async #ask<T>(request: HttpRequest, decode: (body: unknown) => Decoded<T>): Promise<Answer<T>> {
    let reply: Awaited<ReturnType<Transport['request']>>;
    try {
      reply = await this.#transport.request(request);
    } catch (error) {
      return { kind: 'unanswered', problem: wordsOf(error) };
    }
    const { status, body } = reply;
    if (status >= 200 && status < 300) {
      const decoded = decode(body);
      return decoded.ok
        ? { kind: 'ok', value: decoded.value }
        : { kind: 'unanswered', problem: `the answer cannot be read: ${decoded.problem}` };
    }
    const { code, detail } = fieldsOf(body);
    const words = typeof detail === 'string' ? detail : `status ${status}`;
    if (status >= 500 || MAY_BE_REPEATED.has(status)) return { kind: 'unanswered', problem: `${status}: ${words}` };
    const refusal = { status, code: typeof code === 'string' ? code : `HTTP_${status}`, detail: words, body };
    return { kind: 'refused', refusal };
  }
}
