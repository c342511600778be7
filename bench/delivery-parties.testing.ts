import { randomBytes } from 'node:crypto';
import { EventReader } from './event-reader.testing.ts';
import { type Answered, HttpClient } from './http-line.testing.ts';

/** So many instruments that none has two signals at a time: the newer would supersede the older. */
const SYMBOLS: readonly string[] = Array.from({ length: 400 }, (_, n) => `B${String(n).padStart(3, '0')}USDT`);
const PRICE = 100;

let published = 0;

/** A signal as a producer publishes it, with an id of its own. */
export function nextSignal(): { readonly id: string } {
  const [time, chance] = [Date.now().toString(16).padStart(12, '0'), randomBytes(9).toString('hex')];
  published += 1;
  return {
    id: `${time.slice(0, 8)}-${time.slice(8)}-7${chance.slice(0, 3)}-8${chance.slice(3, 6)}-${chance.slice(6)}`,
    ...{ symbol: SYMBOLS[published % SYMBOLS.length], direction: 'BUY', timeframe: '1m', leverage: 10 },
    ...{ entry_price: PRICE, stop_loss: 99.5, tp1: 100.8, take_profit: 101.2, tp3: 101.8 },
    ...{ signal_strength: 87.5, consensus_confidence: 75, max_slippage_bps: 5 },
    ...{ reasons: ['a breakout of the last twenty bars', 'the aggressors paid for it'] },
  } as { readonly id: string };
}

export interface Grant {
  readonly fence: number;
  readonly client_order_id: string;
  readonly delivery: { readonly id: string };
}

/** An executor that does nothing but the protocol: hears, claims, reports. No venue and no disk of its own. */
export class Executor {
  readonly #http: HttpClient;
  readonly #session: { readonly session: string; readonly epoch: number };
  readonly #reader: EventReader;
  readonly #beat: NodeJS.Timeout;

  private constructor(http: HttpClient, session: { session: string; epoch: number }, reader: EventReader) {
    this.#http = http;
    this.#session = session;
    this.#reader = reader;
    const path = `/api/v1/sessions/${session.session}/heartbeat`;
    this.#beat = setInterval(() => void http.post(path, { epoch: session.epoch }), 5_000);
  }

  /** @param heard of every issued signal, as soon as it is there */
  static async start(url: string, key: string, heard: (signalId: string) => void): Promise<Executor> {
    const http = new HttpClient({ port: Number(new URL(url).port), key });
    const instance = randomBytes(16).toString('hex');
    const opened = await http.post('/api/v1/sessions', {
      consumer: 'bench',
      account: 'default',
      instance,
      takeover: true,
    });
    const session = value<{ session: string; epoch: number }>(opened);
    let reader!: EventReader;
    await new Promise<void>((resolve) => {
      reader = new EventReader({
        ...{ url, key, opened: resolve },
        heard: ({ type, data }) => {
          if (type !== 'signal.issued') return;
          heard((JSON.parse(data()) as { data: { signal: { id: string } } }).data.signal.id);
        },
      });
    });
    return new Executor(http, session, reader);
  }

  get reader(): EventReader {
    return this.#reader;
  }

  claim(signalId: string): Promise<Answered> {
    const { session, epoch } = this.#session;
    const body = { session, epoch, account: 'default' };
    return this.#http.post(`/api/v1/signals/${signalId}/claim`, body, `Idempotency-Key: ${signalId}\r\n`);
  }

  report(grant: Grant, type: 'REJECTED' | 'FILLED' | 'CLOSED'): Promise<Answered> {
    const { session, epoch } = this.#session;
    const { fence, client_order_id, delivery } = grant;
    const order = { order_id: `v-${fence}`, qty: 1, cum_qty: 1, leaves_qty: 0, avg_price: PRICE };
    const body = {
      ...{ report_id: `${fence}-${type}`, session, epoch, fence, type, client_order_id },
      leg: type === 'CLOSED' ? 'TP2' : 'ENTRY',
      ...(type === 'REJECTED' ? { reason: 'margin' } : order),
      ...(type === 'CLOSED' && { reason: 'tp' }),
      latency: { received_to_claim_ms: 0.2, claim_ms: 0.6 },
    };
    return this.#http.post(`/api/v1/deliveries/${delivery.id}/reports`, body);
  }

  close(): void {
    clearInterval(this.#beat);
    this.#reader.close();
    this.#http.close();
  }
}

/** @throws when it was refused */
export function value<T>({ status, body }: Answered): T {
  if (status >= 300) throw new Error(`${status}: ${body}`);
  return JSON.parse(body) as T;
}
