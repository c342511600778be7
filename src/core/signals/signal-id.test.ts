import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../assert.ts';
import { hash128, signalIdOf } from './signal-id.ts';

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

it('has the shape of a UUIDv7 that tells its time', () => {
  const law = fc.property(
    fc.integer({ min: 0, max: 2 ** 48 - 1 }),
    fc.string({ unit: 'binary' }),
    (timeMs, identity) => {
      const id = signalIdOf(timeMs, identity);
      assert.match(id, UUID_V7);
      assert.equal(Number.parseInt(id.replace('-', '').slice(0, 12), 16), timeMs);
      assert.equal(signalIdOf(timeMs, identity), id);
    },
  );
  fc.assert(law);
});

it('is the same id for the same signal, in every release', () => {
  assert.equal(
    signalIdOf(1_736_942_400_000, 'replay|ETHUSDT|1m|buy|1736942400000'),
    '019469d5-b200-7f9e-8808-e8b72ce65d61',
  );
});

it('differs for a hundred thousand signals of one millisecond', () => {
  const ids = new Set<string>();
  for (let bar = 0; bar < 25_000; bar += 1) {
    for (const symbol of ['ETHUSDT', 'BTCUSDT']) {
      for (const side of ['buy', 'sell']) ids.add(signalIdOf(1, `replay|${symbol}|1m|${side}|${bar * 60_000}`));
    }
  }
  assert.equal(ids.size, 100_000);
});

it('refuses a time that is not whole milliseconds', () => {
  for (const timeMs of [-1, 0.5, Number.NaN, 2 ** 53]) assert.throws(() => signalIdOf(timeMs, ''), InvariantError);
});

it('hashes whole blocks of eight code units as MurmurHash3 x86_128 does', () => {
  // From murmurhash3js-revisited 3.0.0, x86.hash128(Buffer.from(text, 'utf16le')), which is checked against Appleby's C++.
  const vectors: readonly (readonly [string, readonly number[]])[] = [
    ['', [0, 0, 0, 0]],
    ['abcdefgh', [0x6c357655, 0x8df898a1, 0xa76d230d, 0x42147114]],
    ['replay|ETHUSDT|1', [0x7e443a17, 0x88b29d03, 0x5392eac2, 0x163dd8b7]],
    ['replay|ETHUSDT|1m|buy|173218500x', [0xad632a9b, 0x971d2696, 0x57c9d0d6, 0x1d622509]],
    ['漢字ß€ Ωмя', [0xe3f99d1e, 0x8318eb4c, 0xccdefe8c, 0xc5102aa9]],
    ['\u0000\u0001\uffff🙂AZ~', [0xcd5db587, 0x3d624694, 0xc916ee03, 0x5ab47193]],
  ];
  for (const [text, words] of vectors) assert.deepEqual(hash128(text), words, text);
});

it('changes about half of its bits with any one bit of its input', () => {
  const law = fc.property(fc.string({ minLength: 1, maxLength: 40 }), fc.nat(), fc.nat(15), (text, place, bit) => {
    const at = place % text.length;
    const other = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ (1 << bit)) + text.slice(at + 1);
    const after = hash128(other);
    const changed = hash128(text).reduce((sum, word, index) => sum + bitsIn(word ^ after[index]!), 0);
    // Binomial(128, 1/2): 64 with a deviation of 5.7. Six of them either way.
    assert.ok(changed > 30 && changed < 98, `${changed} bits`);
  });
  fc.assert(law, { numRuns: 1000 });
});

function bitsIn(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest > 0; rest >>>= 1) count += rest & 1;
  return count;
}
