import { setTimeout as sleep } from 'node:timers/promises';

/** What a venue said to a request, or that nobody knows what became of it. */
export type Answer =
  | { readonly kind: 'ok'; readonly body: unknown }
  /** It said no, so nothing was done. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string }
  /** No answer, or one that says that it does not know either. It may have been done. */
  | { readonly kind: 'unknown'; readonly problem: string };

export type Params = Readonly<Record<string, string | number | boolean>>;

/** The calls of Binance USD-M that are used here, as ccxt names them. */
export const CALLS = [
  ...(['fapiPublicGetTime', 'fapiPublicGetExchangeInfo', 'sapiGetAccountApiRestrictions'] as const),
  ...(['fapiPrivateGetPositionSideDual', 'fapiPrivateGetMultiAssetsMargin', 'fapiPrivateV3GetBalance'] as const),
  ...(['fapiPrivateV3GetPositionRisk', 'fapiPrivatePostLeverage', 'fapiPrivatePostMarginType'] as const),
  ...(['fapiPrivatePostOrder', 'fapiPrivateGetOrder', 'fapiPrivateDeleteOrder', 'fapiPrivateGetUserTrades'] as const),
  ...(['fapiPrivatePostAlgoOrder', 'fapiPrivateGetAlgoOrder', 'fapiPrivateDeleteAlgoOrder'] as const),
  ...(['fapiPrivateGetOpenAlgoOrders', 'fapiPrivatePostCountdownCancelAll'] as const),
  ...(['fapiPrivatePostListenKey', 'fapiPrivatePutListenKey'] as const),
] as const;

export type Call = (typeof CALLS)[number];

/** The way to the venue: signs, sends once, and says what came of it. Never rejects, never repeats. */
export interface VenueApi {
  call(name: Call, params?: Params): Promise<Answer>;
  /** The venue's time, as far as it is known. UTC milliseconds. */
  nowMs(): number;
  /** Sets that anew. */
  syncTime(): Promise<void>;
}

/** A request is refused by the venue when it arrives later than this after it was signed, milliseconds. */
export const RECV_WINDOW_MS = 5_000;

/** `{"code":-1121}` and the like. */
export const CODES = {
  timestamp: -1021,
  noSuchOrder: -2013,
  cannotCancel: -2011,
  wouldTrigger: -2021,
  nothingToReduce: -2022,
  sameId: -4116,
  sameMarginType: -4046,
} as const;

/** Binance says of these that the execution is not known; of -1000 and -1001 it says too little to believe more. */
const NOBODY_KNOWS = [-1000, -1001, -1006, -1007];
/** "Throttled by system-level protection": documented as a failure, although its status is 503. */
const THROTTLED = -1008;

/** @param status of HTTP. @param body parsed, or `undefined` when it was no JSON. */
export function readAnswer(status: number, body: unknown): Answer | undefined {
  const fields = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const code = Number(fields.code);
  const message = String(fields.msg ?? `status ${status}`).slice(0, 200);
  if (NOBODY_KNOWS.includes(code) || (status >= 500 && code !== THROTTLED)) {
    return { kind: 'unknown', problem: `${status}: ${Number.isFinite(code) ? `${code} ` : ''}${message}` };
  }
  if (code < 0) return { kind: 'refused', code, message };
  return status >= 400 ? { kind: 'refused', code: -status, message } : undefined;
}

const ASKED_AGAIN_MS = 200;
const ASKS_MAX = 8;

/** A question, put again while nobody answers. Only for what changes nothing. */
export async function patiently(api: VenueApi, name: Call, params?: Params): Promise<Answer> {
  for (let asks = 1; ; asks += 1) {
    const answer = await api.call(name, params);
    if (answer.kind === 'refused' && answer.code === CODES.timestamp) await api.syncTime();
    else if (answer.kind !== 'unknown') return answer;
    if (asks === ASKS_MAX) return answer;
    await sleep(ASKED_AGAIN_MS);
  }
}
