import { type Answer, type Call, type Params, RECV_WINDOW_MS, readAnswer, type VenueApi } from './venue-api.ts';

/** An order that did not answer by then is looked for instead of waited for. */
const TIMEOUT_MS = 3_000;

export interface Credentials {
  readonly key: string;
  readonly secret: string;
}

export type VenuePlace =
  /** Binance's demo trading, which took the place of the futures testnet. */
  | { readonly kind: 'testnet' }
  | { readonly kind: 'live' }
  /** Another server that speaks the same protocol. */
  | { readonly kind: 'url'; readonly url: string };

/** What is used of a ccxt exchange. */
interface CcxtExchange {
  readonly urls: { api: Record<string, unknown>; readonly demo: Record<string, unknown> };
  readonly options: Record<string, unknown>;
  timeout: number;
  enableRateLimit: boolean;
  handleErrors(...args: readonly unknown[]): unknown;
  milliseconds(): number;
  loadHttpProxyAgent?(): Promise<unknown>;
  enableDemoTrading(enable: boolean): void;
}

type Implicit = Readonly<Record<Call, ((params: Params) => Promise<unknown>) | undefined>>;
type ExchangeClass = new (options: Readonly<Record<string, unknown>>) => CcxtExchange & Implicit;

/** Thrown out of ccxt's own reading of errors, which maps codes to classes and loses the number on the way. */
class AnswerError extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super(answer.kind);
    this.answer = answer;
  }
}

/**
 * Binance USD-M through ccxt: it signs, knows the hosts and talks HTTP. It is large and is loaded only here. Its throttle is off:
 * a stop must not wait behind questions; what asks here paces itself.
 */
export class CcxtApi implements VenueApi {
  readonly #exchange: CcxtExchange & Implicit;

  private constructor(exchange: CcxtExchange & Implicit) {
    this.#exchange = exchange;
  }

  static async open(place: VenuePlace, { key, secret }: Credentials): Promise<CcxtApi> {
    const { default: ccxt } = await import('ccxt');
    const classes = ccxt as unknown as Readonly<Record<'binanceusdm', ExchangeClass>>;
    const exchange = new classes.binanceusdm({
      ...{ apiKey: key, secret, enableRateLimit: false, timeout: TIMEOUT_MS },
      options: { recvWindow: RECV_WINDOW_MS },
    });
    if (place.kind === 'testnet') exchange.enableDemoTrading(true);
    if (place.kind === 'url') exchange.urls.api = urlsBelow(place.url);
    exchange.handleErrors = (status, _reason, _url, _method, _headers, _text, body) => {
      const answer = readAnswer(Number(status), body);
      if (answer !== undefined) throw new AnswerError(answer);
    };
    // Without it the first request opens another kind of connection.
    await exchange.loadHttpProxyAgent?.();
    const api = new CcxtApi(exchange);
    await api.syncTime();
    return api;
  }

  async call(name: Call, params: Params = {}): Promise<Answer> {
    const request = this.#exchange[name];
    if (request === undefined) return { kind: 'refused', code: 0, message: `ccxt has no ${name}` };
    try {
      return { kind: 'ok', body: await request(params) };
    } catch (error) {
      if (error instanceof AnswerError) return error.answer;
      return { kind: 'unknown', problem: wordsOf(error) };
    }
  }

  nowMs(): number {
    return this.#exchange.milliseconds() - Number(this.#exchange.options.timeDifference ?? 0);
  }

  async syncTime(): Promise<void> {
    const beforeMs = this.#exchange.milliseconds();
    const answer = await this.call('fapiPublicGetTime');
    if (answer.kind !== 'ok') return;
    const afterMs = this.#exchange.milliseconds();
    const serverMs = Number((answer.body as { readonly serverTime?: unknown }).serverTime);
    // Half the way is the best guess; ccxt signs with `milliseconds() - timeDifference`.
    if (Number.isFinite(serverMs))
      this.#exchange.options.timeDifference = Math.round((beforeMs + afterMs) / 2 - serverMs);
  }
}

/** Without the query: it holds the signature. */
function wordsOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\?\S*/g, '').slice(0, 200);
}

function urlsBelow(url: string): Record<string, unknown> {
  const rest = url.replace(/\/+$/, '');
  return {
    ...{ fapiPublic: `${rest}/fapi/v1`, fapiPrivate: `${rest}/fapi/v1`, sapi: `${rest}/sapi/v1` },
    ...{ fapiPrivateV2: `${rest}/fapi/v2`, fapiPrivateV3: `${rest}/fapi/v3` },
  };
}

/** Where the streams of a place are: `…/private/ws?listenKey=`, `…/public/ws`. */
export function streamsOf(place: VenuePlace): string {
  if (place.kind === 'url') return place.url.replace(/^http/, 'ws').replace(/\/+$/, '');
  return place.kind === 'live' ? 'wss://fstream.binance.com' : 'wss://fstream.binancefuture.com';
}
