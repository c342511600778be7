import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { InvariantError } from '../core/assert.ts';
import { formatStamp, formatTimeMs, parseReceivedStamp } from './stamp.ts';

const EXAMPLE_US = 1_732_185_045_123_456;
const anyStampUs = fc.maxSafeInteger();
const read = (text: string) => {
  const parsed = parseReceivedStamp(text);
  return parsed.ok ? parsed.value : undefined;
};

it('names the same calendar as Date, for every microsecond', () => {
  const law = fc.property(anyStampUs, (stampUs) => {
    const millis = new Date(Math.floor(stampUs / 1_000)).toISOString().slice(0, 23);
    const micros = String(((stampUs % 1_000) + 1_000) % 1_000).padStart(3, '0');
    assert.equal(formatStamp(stampUs), millis + micros);
  });
  fc.assert(law, { numRuns: 2_000 });
});

it('reads back what it wrote, and what clients make of it', () => {
  const law = fc.property(anyStampUs, (stampUs) => {
    const text = formatStamp(stampUs);
    assert.deepEqual(read(text), { stampUs, precision: 'microsecond' });
    const trimmed = text.replace(/\.?0+$/, '');
    if (trimmed.includes('.')) assert.equal(read(trimmed)?.stampUs, stampUs);
    for (const variant of [`${text}0`, `${text}Z`, `${text}0Z`, `${text}+00:00`, `${text}0-00:00`]) {
      assert.equal(read(variant)?.stampUs, stampUs, variant);
    }
  });
  fc.assert(law);
});

it('understands an offset as the moment it names', () => {
  assert.equal(read('2024-11-21T12:30:45.123456+02:00')?.stampUs, EXAMPLE_US);
  assert.equal(read('2024-11-21T05:00:45.123456-05:30')?.stampUs, EXAMPLE_US);
  assert.equal(read('2024-11-22T00:30:45.1234560+14:00')?.stampUs, EXAMPLE_US);
});

it('says when only the second is known', () => {
  const second = { stampUs: 1_732_185_045_000_000, precision: 'second' };
  assert.deepEqual(read('2024-11-21T10:30:45'), second);
  assert.deepEqual(read('2024-11-21T10:30:45Z'), second);
  assert.equal(read('2024-11-21T10:30:45.0')?.precision, 'microsecond');
});

it('refuses what is no stamp, in words', () => {
  const wrong = [
    '',
    'now',
    '1732185045123456',
    '2024-11-21',
    '2024-11-21 10:30:45.123456',
    '2024-11-21T10:30',
    '2024-11-21T10:30:45.',
    '2024-11-21T10:30:45.1234561',
    '2024-11-21T10:30:45.12345600',
    '2024-11-21T10:30:45,123456',
    '2024-11-21T10:30:45.123456z',
    '2024-11-21T10:30:45.123456+2',
    '2024-11-21T10:30:45.123456+15:00',
    '2024-11-21T10:30:45.123456+02:60',
    ' 2024-11-21T10:30:45.123456',
    '2024-11-21T10:30:45.123456\n',
    '2024-13-21T10:30:45.123456',
    '2024-00-21T10:30:45.123456',
    '2024-11-31T10:30:45.123456',
    '2023-02-29T10:30:45.123456',
    '1900-02-29T10:30:45.123456',
    '2024-11-21T24:00:00.000000',
    '2024-11-21T10:60:45.123456',
    '2024-11-21T10:30:60.123456',
    '9999-12-31T23:59:59.999999',
    '0000-01-01T00:00:00.000000',
    '\u0662024-11-21T10:30:45.123456',
  ];
  for (const text of wrong) {
    const parsed = parseReceivedStamp(text);
    assert.equal(parsed.ok, false, JSON.stringify(text));
    assert.match(!parsed.ok ? parsed.problem : '', /must look like 2024-11-21T10:30:45\.123456/);
  }
  assert.equal(read('2024-02-29T10:30:45.123456')?.precision, 'microsecond');
});

it('formats milliseconds with three zeros, and nothing that is not a time', () => {
  assert.equal(formatTimeMs(1_732_185_045_123), '2024-11-21T10:30:45.123000');
  assert.throws(() => formatStamp(0.5), InvariantError);
  assert.throws(() => formatStamp(Number.MAX_SAFE_INTEGER + 1), InvariantError);
});
