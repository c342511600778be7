/**
 * Reads JSON into the guide's data models as Newtonsoft.Json 13 does with its default settings, as far as these models
 * need it: what it forgives and what it throws at decides which signals a client trades.
 */

/** The guide's `SignalData`. A field that is missing in the JSON reads as 0 or null, without a word. */
export interface SignalData {
  readonly timestamp: string | null;
  readonly symbol: string | null;
  readonly direction: string | null;
  readonly entryPrice: number;
  readonly stopLoss: number;
  readonly takeProfit: number;
  readonly leverage: number;
  readonly signalStrength: number;
  readonly timeframe: string | null;
  readonly strategyName: string | null;
}

/** The guide's `ApiResponse`. */
export interface ApiResponse {
  readonly status: string | null;
  readonly signal: SignalData | null;
  readonly timestamp: string | null;
}

/** A number as it was written: 20 and 20.0 are different tokens, and only one of them is an int. */
interface NumberToken {
  readonly '#': string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/** JSON with every number left as its token. Throws at what is not JSON. */
export function parseTokens(json: string): unknown {
  return JSON.parse(json.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `{"#":"${token}"}`)));
}

/** `JsonConvert.DeserializeObject<ApiResponse>`. Throws where Newtonsoft throws. */
export function readApiResponse(json: string): ApiResponse {
  const body = objectOf(parseTokens(json));
  const signal = member(body, 'Signal');
  return {
    status: stringOf(member(body, 'Status')),
    signal: signal === undefined || signal === null ? null : readSignal(objectOf(signal)),
    timestamp: stringOf(member(body, 'Timestamp')),
  };
}

/** The same for a list, which the guide leaves to its reader: `List<SignalData> Signals`. */
export function readSignals(json: string): SignalData[] {
  const signals = member(objectOf(parseTokens(json)), 'Signals');
  if (!Array.isArray(signals)) throw new TypeError('Signals is not a list');
  return signals.map((signal) => readSignal(objectOf(signal)));
}

function readSignal(signal: JsonObject): SignalData {
  return {
    timestamp: stringOf(member(signal, 'Timestamp')),
    symbol: stringOf(member(signal, 'Symbol')),
    direction: stringOf(member(signal, 'Direction')),
    entryPrice: numberOf(member(signal, 'entry_price')),
    stopLoss: numberOf(member(signal, 'stop_loss')),
    takeProfit: numberOf(member(signal, 'take_profit')),
    leverage: int32Of(member(signal, 'Leverage')),
    signalStrength: numberOf(member(signal, 'signal_strength')),
    timeframe: stringOf(member(signal, 'Timeframe')),
    strategyName: stringOf(member(signal, 'strategy_name')),
  };
}

/** A property takes the key of exactly its name, else one that differs only in case. */
function member(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const key = Object.keys(object).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : object[key];
}

function objectOf(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isNumber(value)) {
    throw new TypeError('Cannot deserialize the current JSON value into an object');
  }
  return value as JsonObject;
}

function stringOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (isNumber(value)) return value['#'];
  if (typeof value === 'string') return value;
  throw new TypeError('Unexpected token for a string');
}

/** `decimal` and `double`. Text that looks like a number is one; null and every other text is an exception. */
function numberOf(value: unknown): number {
  if (value === undefined) return 0;
  const text = isNumber(value) ? value['#'] : value;
  if (typeof text !== 'string' || !/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) {
    throw new TypeError(`Could not convert ${JSON.stringify(text)} to a number`);
  }
  return Number(text);
}

function int32Of(value: unknown): number {
  if (value === undefined) return 0;
  const text = isNumber(value) ? value['#'] : value;
  if (typeof text !== 'string' || !/^-?\d+$/.test(text) || Math.abs(Number(text)) >= 2 ** 31) {
    throw new TypeError(`Input string ${JSON.stringify(text)} is not a valid integer`);
  }
  return Number(text);
}

const isNumber = (value: unknown): value is NumberToken =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, '#');
