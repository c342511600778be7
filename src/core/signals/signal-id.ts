import { assert } from '../assert.ts';

/**
 * An id shaped like a UUIDv7 (RFC 9562, 5.7): 48 bits of event milliseconds, then version, variant and 74 bits.
 * The 74 bits are a hash of what makes the signal this signal, so the same tape gives the same ids.
 */
export function signalIdOf(eventTimeMs: number, identity: string): string {
  assert(Number.isSafeInteger(eventTimeMs) && eventTimeMs >= 0, 'signal id: event time must be whole milliseconds');
  const time = eventTimeMs.toString(16).padStart(12, '0');
  const [a, b, c, d] = hash128(identity);
  const randA = (a & 0xfff).toString(16).padStart(3, '0');
  const randB = (0x8000 | (b & 0x3fff)).toString(16);
  const tail = ((c & 0xffff) >>> 0).toString(16).padStart(4, '0') + d.toString(16).padStart(8, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randA}-${randB}-${tail}`;
}

/**
 * MurmurHash3 x86_128 over UTF-16 code units, taken as 16-bit little-endian bytes.
 * Source: Austin Appleby, smhasher, MurmurHash3.cpp (public domain). Not cryptographic: it spreads, it does not hide.
 */
export function hash128(text: string): [number, number, number, number] {
  const word = (at: number): number => text.charCodeAt(at) | 0 | ((text.charCodeAt(at + 1) | 0) << 16);
  let [h1, h2, h3, h4] = [0, 0, 0, 0];
  const blocks = Math.ceil(text.length / 8);
  for (let block = 0; block < blocks; block += 1) {
    const at = block * 8;
    h1 = Math.imul(rotate(h1 ^ Math.imul(rotate(Math.imul(word(at), C1), 15), C2), 19) + h2, 5) + 0x561ccd1b;
    h2 = Math.imul(rotate(h2 ^ Math.imul(rotate(Math.imul(word(at + 2), C2), 16), C3), 17) + h3, 5) + 0x0bcaa747;
    h3 = Math.imul(rotate(h3 ^ Math.imul(rotate(Math.imul(word(at + 4), C3), 17), C4), 15) + h4, 5) + 0x96cd1c35;
    h4 = Math.imul(rotate(h4 ^ Math.imul(rotate(Math.imul(word(at + 6), C4), 18), C1), 13) + h1, 5) + 0x32ac3b17;
  }
  const length = text.length * 2;
  h1 ^= length;
  h2 ^= length;
  h3 ^= length;
  h4 ^= length;
  h1 += h2 + h3 + h4;
  h2 += h1;
  h3 += h1;
  h4 += h1;
  [h1, h2, h3, h4] = [finish(h1), finish(h2), finish(h3), finish(h4)];
  h1 += h2 + h3 + h4;
  return [h1 >>> 0, (h2 + h1) >>> 0, (h3 + h1) >>> 0, (h4 + h1) >>> 0];
}

const [C1, C2, C3, C4] = [0x239b961b, 0xab0e9789, 0x38b34ae5, 0xa1e38b93];

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

function finish(value: number): number {
  let h = value ^ (value >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
