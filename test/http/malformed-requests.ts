/** A seeded source of numbers in [0, 1): mulberry32, by T. Ettinger, public domain. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One request as bytes, and what an observer needs to judge the answer. */
export interface MalformedRequest {
  readonly bytes: Buffer;
  readonly method: string;
  /** It is well-formed HTTP with an allowed host and a JSON body for the acknowledge route: the schema must judge it. */
  readonly reachesValidation: boolean;
}

const METHODS = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'get',
  'G\0T',
  'BREW',
  '',
];
const PATHS = [
  '/',
  '/docs',
  '/api/openapi.json',
  '/api/signals',
  '/api/signals/latest',
  '/api/signals/history',
  '/api/signals/ETHUSDT',
  '/api/health',
  '/api/stats',
  '/api/v1/x',
  '/api/v1/signals',
  '/t/tw_x/api/signals',
  '/t/',
  '//',
  '/..',
  '*',
  '',
];
const NASTY = [
  '%00',
  '%zz',
  '%',
  '%2e%2e%2f',
  '../',
  '\\',
  '//',
  '?',
  '?a=1&a=2',
  '#',
  ';',
  '%ff%fe',
  '\u{1f4a5}',
  ' ',
  '\t',
  '<script>',
  "'--",
  '__proto__',
  'constructor',
  'x'.repeat(3_000),
];
const HEADERS = [
  'Host: evil.example',
  'Host:',
  'Origin: http://evil.example',
  'Origin: null',
  'Sec-Fetch-Site: cross-site',
  'Content-Type: text/plain',
  'Content-Type: application/json; charset=x',
  'Content-Encoding: gzip',
  'Content-Length: 99999999999999999999',
  'Content-Length: abc',
  'Content-Length: 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: gzip, chunked',
  'Expect: 100-continue',
  'Expect: miracles',
  'Upgrade: websocket\r\nConnection: Upgrade',
  'Connection: close',
  'X-Forwarded-For: 127.0.0.1',
  'Range: bytes=0-',
  'If-None-Match: *',
  'Cookie: a=b',
  'Authorization: Bearer tw_x',
  'Authorization: Basic YTpi',
  'Accept: text/html',
  'no colon here',
  ': no name',
  'X-Long: '.padEnd(9_000, 'y'),
  'X-Bytes: \x01\x7f\xff',
  ' folded: line',
];
const VALUES = [
  'null',
  'true',
  '1',
  '-0',
  '1e999',
  '""',
  '[]',
  '{}',
  '"2024-11-21T10:30:45.999999"',
  '"2024-02-30T00:00:00"',
  '"2024-11-21T10:30:45.1234567"',
  '"2024-11-21T10:30:45+99:99"',
  '"\\u0000"',
  '"\\ud800"',
  `"${'9'.repeat(70)}"`,
  `[${'['.repeat(50)}${']'.repeat(50)}]`,
  '{"timestamp":"x"}',
];
const KEYS = ['timestamp', 'Timestamp', '', '__proto__', 'constructor', 'toString', 'timestamp\\u0000', 'extra'];

/** Request number `index` of a seed. Every third one is an acknowledgement that only its body makes wrong. */
export function malformedRequest(seed: number, index: number): MalformedRequest {
  const random = seededRandom(seed * 1_000_003 + index);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  if (index % 3 === 0) return wrongAcknowledgement(pick, random);
  const method = random() < 0.6 ? pick(METHODS.slice(0, 2)) : pick(METHODS);
  const target = pick(PATHS) + (random() < 0.6 ? pick(NASTY) : '') + (random() < 0.2 ? pick(NASTY) : '');
  const headers = random() < 0.9 ? ['Host: localhost'] : [];
  for (let count = Math.floor(random() * 4); count > 0; count -= 1) headers.push(pick(HEADERS));
  const body = random() < 0.3 ? pick(VALUES) : '';
  if (body !== '' && random() < 0.7) headers.push(`Content-Length: ${Buffer.byteLength(body)}`);
  const version = random() < 0.95 ? 'HTTP/1.1' : pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'http/1.1', '']);
  const text = `${method} ${target} ${version}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
  const bytes = random() < 0.1 ? scrambled(Buffer.from(text), random) : Buffer.from(text);
  return { bytes, method, reachesValidation: false };
}

function wrongAcknowledgement(pick: <T>(from: readonly T[]) => T, random: () => number): MalformedRequest {
  const members = Array.from({ length: Math.floor(random() * 3) }, () => `"${pick(KEYS)}":${pick(VALUES)}`);
  const object = random() < 0.8 ? `{${members.join(',')}}` : pick(VALUES);
  const broken = random() < 0.15;
  const body = Buffer.from(
    broken ? object.slice(0, Math.floor(random() * object.length)) + pick(['', '\0', '}', ',']) : object,
  );
  const head =
    'POST /api/signals/acknowledge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
    `Content-Length: ${body.length}\r\n\r\n`;
  // A key that is never taken is refused by the JSON reader, before any schema.
  const read = isJson(body.toString()) && !/__proto__|"constructor"/.test(object);
  return { bytes: Buffer.concat([Buffer.from(head), body]), method: 'POST', reachesValidation: read };
}

/** Some bytes changed, or the end cut off. */
function scrambled(bytes: Buffer, random: () => number): Buffer {
  if (random() < 0.3) return bytes.subarray(0, Math.floor(random() * bytes.length));
  for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes -= 1) {
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  }
  return bytes;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
