import { DESCRIPTIONS } from '../../src/adapters/http/v1/descriptions.ts';
import type { Visit } from '../security/asking.ts';
import { seededRandom } from './malformed-requests.ts';

/** What a value may not be, what it may only just be, and what looks like one that is known. */
const VALUES = [
  'null',
  'true',
  '-1',
  '-0',
  '0',
  '0.1',
  '1',
  '2',
  '5e-324',
  '1e-9',
  '1e21',
  '1e308',
  '1e999',
  '9007199254740993',
  '123456789012345678901234567890',
  '""',
  '" "',
  '"1"',
  '"x"',
  '"default"',
  '"paper"',
  '"BUY"',
  '"SELL"',
  '"ETHUSDT"',
  '"eth/usdt:usdt"',
  '"1m"',
  '"NACK"',
  '"NOT_SENT"',
  '"FILLED"',
  '"CLOSED"',
  '"PARTIAL"',
  '"CANCELLED"',
  '"REJECTED"',
  '"CLOSE"',
  '"STOP"',
  '"not_sent"',
  '"01934e4e-8783-7a2b-9c4d-999999999999"',
  '"0123456789abcdef0123456789abcdef"',
  '"2026-02-30T00:00:00.000Z"',
  '"0000-01-01T00:00:00.000Z"',
  '"9999-12-31T23:59:59.999Z"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\u202e\\u2028"',
  '"</script>\\r\\n\\r\\ndata: x"',
  `"${'9'.repeat(700)}"`,
  '[]',
  '[null]',
  '["x"]',
  `[${'"x",'.repeat(120)}"x"]`,
  '{}',
  '{"claim_ms":1}',
  '{"claim_ms":-1}',
  '{"claim_ms":1e308,"submit_to_fill_ms":1e308}',
  '{"toString":1}',
  '{"constructor":1}',
  `${'{"a":'.repeat(20)}1${'}'.repeat(20)}`,
];
const NAMES = ['', 'x', '__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'id\\u0000', 'ID'];
const TEXTS = [
  '',
  '0',
  '1',
  '500',
  '501',
  '-1',
  '1e9',
  'x',
  'ACTIVE',
  'IN_DOUBT',
  'default',
  'ETHUSDT',
  'ETHUSDT,BTCUSDT',
  ',',
  '%00',
  '%zz',
  '%ff',
  '__proto__',
  `${'0'.repeat(32)}:0`,
  `${'0'.repeat(32)}:99999999999999999999`,
  'x'.repeat(2_000),
];
/** In the path: what has a slash leads elsewhere, and that is a case as well. */
const PARTS = [
  'x',
  '%20',
  '..',
  '%2e%2e',
  '%2f',
  '%00',
  '__proto__',
  'constructor',
  '~',
  'a.b',
  'x'.repeat(1_000),
  'a/b',
];

const descriptionOf = (route: string): (typeof DESCRIPTIONS)[string] => DESCRIPTIONS[route]!;
const fieldsOf = (schema: object | undefined): readonly string[] =>
  schema !== undefined && 'shape' in schema ? Object.keys(schema.shape as object) : [];

/** Request number `index` of a seed: one that was right, with a valid key, until something was done to its body, query or path. */
export function malformedDelivery(route: string, right: Visit, key: string, seed: number, index: number): Buffer {
  const random = seededRandom(seed * 1_000_003 + index);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const { body: bodySchema, querystring } = descriptionOf(route);
  const headers = ['Host: localhost', `Authorization: Bearer ${key}`];
  const idempotencyKey =
    random() < 0.8 ? `k${Math.floor(random() * 50)}` : pick(['', ' ', 'a b', '\xff', 'x'.repeat(300)]);
  if (random() < 0.95) headers.push(`Idempotency-Key: ${idempotencyKey}`);
  if (random() < 0.3) headers.push(`Last-Event-ID: ${pick(TEXTS)}`);

  let target = right.target;
  if (random() < 0.15) target = target.replace(/^(\/api\/v1\/[a-z]+\/)[^/]+/, `$1${pick(PARTS)}`);
  const names = [...fieldsOf(querystring), ...(random() < 0.2 ? NAMES : [])];
  if (names.length > 0 && random() < 0.7) {
    const members = Array.from({ length: 1 + Math.floor(random() * 3) }, () => `${pick(names)}=${pick(TEXTS)}`);
    target += `?${members.join('&')}`;
  }

  let body = '';
  if (right.body !== undefined) {
    body = changed(JSON.parse(right.body) as object, fieldsOf(bodySchema), pick, random);
    if (random() < 0.05) body = pick(VALUES);
    if (random() < 0.05) body = body.slice(0, Math.floor(random() * body.length));
    if (random() < 0.03) body = '';
    headers.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  }
  const head = `${right.method} ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)]);
}

/** The body as text, with some of its members changed, doubled, left out or added. */
function changed(
  right: object,
  fields: readonly string[],
  pick: <T>(from: readonly T[]) => T,
  random: () => number,
): string {
  const members = Object.entries(right).map(([name, value]): [string, string] => [name, JSON.stringify(value)]);
  for (let changes = Math.floor(random() * 4); changes > 0; changes -= 1) {
    const dice = random();
    const at = Math.floor(random() * members.length);
    if (dice < 0.5 && fields.length > 0) {
      const name = pick(fields);
      const found = members.find((member) => member[0] === name);
      if (found === undefined) members.push([name, pick(VALUES)]);
      else found[1] = pick(VALUES);
    } else if (dice < 0.7 && members.length > 0) members.splice(at, 1);
    else if (dice < 0.85 && members.length > 0) members.push([members[at]![0], pick(VALUES)]);
    else members.push([pick(NAMES), pick(VALUES)]);
  }
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(',')}}`;
}
