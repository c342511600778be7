import { FAULT_KINDS, type FaultKind, type FaultOrder, GARBAGE_VARIANTS } from './fault-kinds.ts';

/** A fault and when: `afterMs` after the venue opened, and every `everyMs` from then on. */
export interface PlannedFault {
  readonly order: FaultOrder;
  readonly afterMs: number;
  readonly everyMs: number | undefined;
}

/** How a value is written, and where it goes. */
const KEYS: Readonly<Record<string, { readonly field: keyof FaultOrder; readonly read: (text: string) => unknown }>> = {
  symbol: { field: 'symbol', read: (text) => text.toUpperCase() },
  stream: { field: 'stream', read: (text) => text },
  path: { field: 'path', read: oneOf('public', 'market', 'legacy') },
  route: { field: 'route', read: (text) => (text.startsWith('/') ? text : `/fapi/v1/${text}`) },
  count: { field: 'count', read: wholeNumber },
  for: { field: 'forMs', read: duration },
  by: { field: 'byMs', read: duration },
  status: { field: 'status', read: wholeNumber },
  retry: { field: 'retryAfterS', read: (text) => duration(text) / 1_000 },
  code: { field: 'code', read: wholeNumber },
  field: { field: 'field', read: (text) => text },
  value: { field: 'value', read: (text) => text },
  variant: { field: 'variant', read: oneOf(...GARBAGE_VARIANTS) },
  bytes: { field: 'bytes', read: wholeNumber },
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
    throw new Error(`venue: "${part}" is no fault; there are ${FAULT_KINDS.join(', ')}`);
  }
  const order: Record<string, unknown> = { kind };
  for (const choice of choices.split(',').filter((text) => text !== '')) {
    const [name = '', value = ''] = choice.split(/=(.*)/s);
    const key = KEYS[name];
    if (key === undefined) throw new Error(`venue: "${name}" in "${part}" is none of ${Object.keys(KEYS).join(', ')}`);
    order[key.field] = key.read(value);
  }
  const everyMs = every === undefined ? undefined : duration(every);
  return { order: order as unknown as FaultOrder, afterMs: duration(after), everyMs };
}

function duration(text: string): number {
  const [, count, unit = ''] = /^(-?\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[unit];
  if (count === undefined || unitMs === undefined) throw new Error(`venue: "${text}" is no time: 500ms, 30s, 2m, 1h`);
  return Number(count) * unitMs;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`venue: "${text}" is no whole number`);
  return Number(text);
}

function oneOf(...words: readonly string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text)) throw new Error(`venue: "${text}" is none of ${words.join(', ')}`);
    return text;
  };
}
