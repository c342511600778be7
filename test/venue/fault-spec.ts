import { FAULT_KINDS, type FaultKind, type FaultOrder, GARBAGE_VARIANTS } from './fault-kinds.ts';
import { VenueRefusal } from './refusal.ts';

/** A fault and when: `afterMs` after the venue opened, and every `everyMs` from then on. */
export interface PlannedFault {
  readonly order: FaultOrder;
  readonly afterMs: number;
  readonly everyMs: number | undefined;
}

/** Time of a timer: Node calls those back at once that are set for longer. */
const SPAN_MAX_MS = 500 * 3_600_000;
const BYTES_MAX = 1 << 28;

/** How a value is written, and where it goes. */
const KEYS: Readonly<Record<string, { readonly field: keyof FaultOrder; readonly read: (text: string) => unknown }>> = {
  symbol: { field: 'symbol', read: (text) => text.toUpperCase() },
  stream: { field: 'stream', read: (text) => text },
  path: { field: 'path', read: oneOf('public', 'market', 'legacy') },
  route: { field: 'route', read: (text) => (text.startsWith('/') ? text : `/fapi/v1/${text}`) },
  count: { field: 'count', read: wholeNumber(1) },
  for: { field: 'forMs', read: span },
  by: { field: 'byMs', read: duration },
  status: { field: 'status', read: wholeNumber(200, 599) },
  retry: { field: 'retryAfterS', read: (text) => span(text) / 1_000 },
  code: { field: 'code', read: closeCode },
  field: { field: 'field', read: (text) => text },
  value: { field: 'value', read: jsonOrMissing },
  variant: { field: 'variant', read: oneOf(...GARBAGE_VARIANTS) },
  bytes: { field: 'bytes', read: wholeNumber(0, BYTES_MAX) },
  tick: { field: 'tick', read: oneOf('coarser', 'finer') },
};

/**
 * Reads `gap:stream=depth,symbol=BTCUSDT,count=3@30s;disconnect@90s;http:status=429,retry=5s,count=2@1m+10m`: faults
 * separated by `;`, each a kind, what of it is chosen, and when, with a `+` again and again. Throws on what it does not
 * understand, with the part and what would do.
 */
export function readFaultSpec(spec: string): PlannedFault[] {
  return spec
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(readFault);
}

function readFault(part: string): PlannedFault {
  const found = /^([a-z-]+)(?::([^@]*))?(?:@([^+]+)(?:\+(.+))?)?$/.exec(part);
  const [, kind = '', choices = '', after = '0s', every] = found ?? [];
  if (!FAULT_KINDS.includes(kind as FaultKind)) {
    throw new VenueRefusal(`venue: "${part}" is no fault; there are ${FAULT_KINDS.join(', ')}`);
  }
  const order: Record<string, unknown> = { kind };
  for (const choice of choices.split(',').filter((text) => text !== '')) {
    const [name = '', value = ''] = choice.split(/=(.*)/s);
    const key = KEYS[name];
    if (key === undefined) {
      throw new VenueRefusal(`venue: "${name}" in "${part}" is none of ${Object.keys(KEYS).join(', ')}`);
    }
    order[key.field] = readIn(part, key.read, value);
  }
  const everyMs = every === undefined ? undefined : readIn(part, period, every);
  return { order: order as unknown as FaultOrder, afterMs: readIn(part, span, after), everyMs };
}

/** A reader says what is wrong with a value; of a long line of faults it is told as well in which. */
function readIn<T>(part: string, read: (text: string) => T, text: string): T {
  try {
    return read(text);
  } catch (error) {
    throw new VenueRefusal(`venue: in "${part}" ${error instanceof Error ? error.message : String(error)}`);
  }
}

function duration(text: string): number {
  const [, count, unit = ''] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit];
  if (count === undefined || unitMs === undefined) throw new Error(`"${text}" is no time: 500ms, 30s, 2m, 1h`);
  const ms = Number(count) * unitMs;
  if (Math.abs(ms) > SPAN_MAX_MS) throw new Error(`"${text}" is more than 500h`);
  return ms;
}

function span(text: string): number {
  const ms = duration(text);
  if (ms < 0) throw new Error(`"${text}" is before the start: it must be 0s or more`);
  return ms;
}

function period(text: string): number {
  const ms = span(text);
  if (ms < 1) throw new Error(`"${text}" is no period: it must be 1ms or more`);
  return ms;
}

function wholeNumber(from: number, to = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= from && value <= to) return value;
    throw new Error(`"${text}" is no whole number from ${from}${to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`}`);
  };
}

/** Those that an endpoint may send. Source: RFC 6455, 7.4. */
function closeCode(text: string): number {
  const code = wholeNumber(1_000, 4_999)(text);
  if ([1_004, 1_005, 1_006].includes(code) || (code > 1_014 && code < 3_000)) {
    throw new Error(`"${text}" is no code that can be sent: 1000 to 1003, 1007 to 1014, 3000 to 4999`);
  }
  return code;
}

function jsonOrMissing(text: string): string {
  if (text === 'missing') return text;
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw new Error(`"${text}" is neither JSON nor missing`);
  }
}

function oneOf(...words: readonly string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw new Error(`"${text}" is none of ${words.join(', ')}`);
    return text;
  };
}
