// What a client may ask over its socket. Source: Binance USD-M, "Live Subscribing/Unsubscribing to streams".

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY'] as const;

/** The side of a connection that requests change. */
export interface Subscriber {
  readonly subscriptions: ReadonlySet<string>;
  combined: boolean;
  subscribe(streams: readonly string[]): boolean;
  unsubscribe(streams: readonly string[]): void;
}

/** @returns the answer; `undefined` when the request has cost the connection */
export function answerRequest(subscriber: Subscriber, text: string): string | undefined {
  const request = parse(text);
  if (request === undefined) return refuse(3, 'Invalid JSON: expected value at line 1 column 1');
  const { method, params, id } = request;
  if (id !== undefined && id !== null && !(Number.isSafeInteger(id) && Number(id) >= 0) && typeof id !== 'string') {
    return refuse(2, 'Invalid request: request ID must be an unsigned integer');
  }
  if (method === undefined) return refuse(2, 'Invalid request: missing field `method` at line 1 column 1', id);
  const names = Array.isArray(params) ? params : [];
  switch (method) {
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE': {
      // Every name is acknowledged, even one that will never deliver.
      if (!Array.isArray(params) || !names.every((name): name is string => typeof name === 'string')) {
        return refuse(2, 'Invalid request: params must be a list of stream names', id);
      }
      if (method === 'UNSUBSCRIBE') subscriber.unsubscribe(names);
      else if (!subscriber.subscribe(names)) return undefined;
      return result(null, id);
    }
    case 'LIST_SUBSCRIPTIONS':
      return result([...subscriber.subscriptions], id);
    case 'SET_PROPERTY':
      if (names.length > 2) return refuse(2, 'Invalid request: too many parameters', id);
      if (names[0] !== 'combined') return refuse(0, 'Unknown property', id);
      if (typeof names[1] !== 'boolean') return refuse(1, 'Invalid value type: expected Boolean', id);
      subscriber.combined = names[1];
      return result(null, id);
    case 'GET_PROPERTY':
      return names[0] === 'combined' ? result(subscriber.combined, id) : refuse(0, 'Unknown property', id);
    default:
      return refuse(2, `Invalid request: unknown variant ${String(method)}, expected one of ${METHODS.join(', ')}`, id);
  }
}

function parse(text: string): { method?: unknown; params?: unknown; id?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const result = (value: unknown, id: unknown): string => JSON.stringify({ result: value, id: id ?? null });

function refuse(code: number, msg: string, id?: unknown): string {
  return JSON.stringify({ error: { code, msg }, ...(id !== undefined && { id }) });
}
