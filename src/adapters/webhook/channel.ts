import { createHash } from 'node:crypto';
import { formatInstant } from '../../contract/instant.ts';
import type { NoticeChannel, Parcel, QueuedNotice, SendOptions, Sent } from '../../ports/notice-channel.ts';
import { signatureOf } from './signature.ts';

const ANSWER_WITHIN_MS = 10_000;
/** The longest that a receiver may ask us to wait, milliseconds. */
const WAIT_MOST_MS = 600_000;

export interface WebhookParts {
  readonly url: string;
  readonly key: Buffer;
  /** UTC milliseconds, right enough for receivers to compare with theirs. */
  readonly wallMs: () => number;
}

/**
 * One receiver of signed POSTs. A repetition has the same id, so that a receiver who remembers ids gets each message once
 * even where an answer was lost.
 */
export class WebhookChannel implements NoticeChannel {
  readonly name: string;
  readonly noticesPerMessageMax = 1;
  readonly #parts: WebhookParts;

  constructor(parts: WebhookParts) {
    this.#parts = parts;
    // Paths and queries may hold secrets, so the name has the host and a hash of the whole.
    const hash = createHash('sha256').update(parts.url).digest('hex').slice(0, 8);
    this.name = `webhook:${new URL(parts.url).host}:${hash}`;
  }

  async send({ notices: [queued] }: Parcel, { stop }: SendOptions): Promise<Sent> {
    const { url, key, wallMs } = this.#parts;
    const body = JSON.stringify(webhookBody(queued));
    const id = `tw_msg_${queued.notice.key}`;
    const timestamp = Math.floor(wallMs() / 1_000);
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signatureOf(key, id, timestamp, body),
    };
    const signal = AbortSignal.any([stop, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    try {
      // A redirect would carry the message to somebody whom nobody named.
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await response.body?.cancel();
      return outcomeOf(response);
    } catch (error) {
      return failureOf(error);
    }
  }
}

/** What receivers get: the same words that people get, snake_case as everywhere on the wire. */
export function webhookBody({ id, notice }: QueuedNotice) {
  const { key, kind, level, market, title, rows, remarks, atMs, symbol, signalId } = notice;
  return {
    id,
    key,
    type: kind,
    level,
    market,
    at: formatInstant(atMs),
    title,
    ...(symbol !== undefined && { symbol }),
    ...(signalId !== undefined && { signal_id: signalId }),
    rows: rows.map(([name, value]) => ({ name, value })),
    remarks,
  };
}

function outcomeOf({ status, headers }: Response): Sent {
  if (status >= 200 && status < 300) return { kind: 'accepted' };
  const problem = `the receiver answers ${status}`;
  if (status === 429 || status === 503) {
    const seconds = Number(headers.get('retry-after'));
    const forMs = seconds > 0 ? seconds * 1_000 : 5_000;
    return { kind: 'wait', forMs: Math.min(forMs, WAIT_MOST_MS), problem };
  }
  if (status >= 500 || status === 408) return { kind: 'doubtful', problem: `${problem}; it may have taken it` };
  const why = status >= 300 && status < 400 ? 'redirects are not followed' : 'look at its address and its secret';
  return { kind: 'blocked', problem: `${problem}: ${why}` };
}

const NOT_CONNECTED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*)$/;

function failureOf(error: unknown): Sent {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const detail = code === '' ? (error instanceof Error ? error.name : 'no answer') : code;
  return NOT_CONNECTED.test(code)
    ? { kind: 'unreachable', problem: `the receiver cannot be reached (${detail})` }
    : { kind: 'doubtful', problem: `no answer from the receiver (${detail}); it may have taken it` };
}
