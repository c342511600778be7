import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { CsvRow } from './csv-row.ts';

const rowOf = (line: string): CsvRow => {
  const row = new CsvRow();
  row.takeLine(Buffer.from(`${line}\n`, 'latin1'), 0);
  return row;
};

it('reads every plain decimal exactly as JavaScript does, to the last bit', () => {
  const digits = (minLength: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength, maxLength: 15 });
  const decimals = fc.tuple(digits(1), fc.option(digits(1), { nil: undefined }));
  const law = fc.property(fc.array(decimals, { minLength: 1, maxLength: 20 }), (parts) => {
    const texts = parts.map(([whole, fraction]) => (fraction === undefined ? whole : `${whole}.${fraction}`));
    const row = rowOf(texts.join(','));
    assert.equal(row.fieldCount, texts.length);
    for (const [field, text] of texts.entries()) assert.equal(row.decimal(field), Number(text), text);
  });
  fc.assert(law, { numRuns: 500 });
});

it('refuses what JavaScript would coerce', () => {
  const bad = [
    '',
    ' 1',
    '1 ',
    '+1',
    '-1',
    '1e5',
    '0x1',
    '.5',
    '5.',
    '.',
    '1.2.3',
    'NaN',
    'Infinity',
    '1_000',
    '١',
    '1\r',
  ];
  const row = rowOf(`${bad.join(',')},7`);
  for (const [field, text] of bad.entries()) assert.ok(Number.isNaN(row.decimal(field)), JSON.stringify(text));
  assert.equal(row.decimal(bad.length), 7);
  const tooLong = rowOf('1234567890123456,0.1234567890123456');
  assert.ok(
    [0, 1].every((field) => Number.isNaN(tooLong.decimal(field))),
    'more digits than a dump ever has',
  );
});

it('reads whole numbers up to 2^53 - 1 and no further', () => {
  const row = rowOf('0,1735689600010866,9007199254740991,9007199254740992,-1,1.0,99999999999999999999');
  const numbers = [0, 1, 2, 3, 4, 5, 6].map((field) => row.integer(field));
  assert.deepEqual(numbers, [0, 1735689600010866, 9007199254740991, ...Array(4).fill(Number.NaN)]);
});

it('reads booleans in the letter case of futures and of spot', () => {
  const row = rowOf('true,True,TRUE,false,False,1,yes,,tru,falsee');
  const read = Array.from({ length: 10 }, (_, field) => row.boolean(field));
  assert.deepEqual(read, [true, true, true, false, false, ...Array(5).fill(undefined)]);
});

it('knows lines: empty, ended the Windows way, wider than any dump', () => {
  const row = new CsvRow();
  assert.equal(row.takeLine(Buffer.from('\r\n'), 0), 1);
  assert.equal(row.fieldCount, 0);
  assert.equal(row.takeLine(Buffer.from('x\n1.5,true\r\n'), 2), 11);
  assert.deepEqual([row.fieldCount, row.decimal(0), row.boolean(1)], [2, 1.5, true]);
  row.takeLine(Buffer.from(`${'1,'.repeat(5000)}\n`), 0);
  assert.ok(row.fieldCount > 1000);
});
