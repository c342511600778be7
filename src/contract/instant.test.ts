import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { formatInstant, parseInstant } from './instant.ts';

it('prints what Date prints, and reads it back', () => {
  const law = fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (timeMs) => {
    const text = formatInstant(timeMs);
    assert.equal(text, new Date(timeMs).toISOString());
    assert.deepEqual(parseInstant(text), { ok: true, value: timeMs });
  });
  fc.assert(law);
  assert.equal(formatInstant(1_767_225_600_000.75), '2026-01-01T00:00:00.000Z');
});

it('reads the instants of other languages', () => {
  for (const text of ['.254Z', '.2541234Z', '.254123456Z', '.254+00:00', '.2541234+00:00']) {
    const read = parseInstant(`2026-11-22T10:30:45${text}`);
    assert.deepEqual(read, { ok: true, value: Date.UTC(2026, 10, 22, 10, 30, 45, 254) }, text);
  }
  assert.deepEqual(parseInstant('2026-11-22T11:30:45+01:00'), { ok: true, value: Date.UTC(2026, 10, 22, 10, 30, 45) });
});

it('says what an instant looks like', () => {
  for (const text of ['2026-01-01', '2026-02-30T00:00:00.000Z', '2026-01-01T00:00:00.000', '']) {
    const read = parseInstant(text);
    assert.ok(!read.ok && read.problem.includes('2026-01-01T00:00:00.000Z'), text);
  }
});
