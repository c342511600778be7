import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { decimal, decimalIf, type Json, jsonText, rounded, Verbatim } from './json-text.ts';

it('writes what JSON.stringify writes, whatever the names of the members', () => {
  const law = fc.property(fc.jsonValue(), (value) => assert.equal(jsonText(value as Json), JSON.stringify(value)));
  fc.assert(law);
});

it('writes decimals without an exponent, leaves out what is not there, and takes ready text as it is', () => {
  const text = jsonText({ a: decimal(3500), b: decimal(1e-9), c: decimalIf(undefined), d: rounded(0.1 + 0.2, 4) });
  assert.equal(text, '{"a":3500.0,"b":0.000000001,"d":0.3}');
  assert.equal(jsonText([new Verbatim('{"x":1.0}'), 20, null]), '[{"x":1.0},20,null]');
});
