import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { decode } from './decode.ts';
import { resolveRequest } from './delivery.ts';
import { claimRequest, haltRequest, heartbeatRequest, reportRequest, sessionRequest } from './execution.ts';
import { amendRequest, cancelRequest, publishRequest, signalQuery } from './signal.ts';

const folder = fileURLToPath(new URL('../../../../src/contract/examples/v1/', import.meta.url));
const example = (name: string) => JSON.parse(readFileSync(`${folder}${name}.json`, 'utf8')) as Record<string, unknown>;

/** What is wrong, and the words that must be in the complaint. */
const WRONGS: readonly (readonly [schema: z.ZodType, name: string, change: string, complaint: RegExp])[] = [
  [publishRequest, 'publish-request', '{"id":"abc"}', /^id must be a UUIDv7/],
  [publishRequest, 'publish-request', '{"id":"01934E4E-A700-7B11-8C22-D33344445555"}', /^id must be a UUIDv7 in lower/],
  [publishRequest, 'publish-request', '{"id":"01934e4e-a700-4b11-8c22-d33344445555"}', /^id must be a UUIDv7/],
  [publishRequest, 'publish-request', '{"entry_price":"97410"}', /^entry_price must be a number above 0$/],
  [publishRequest, 'publish-request', '{"entry_price":1e999}', /^entry_price must be a number above 0$/],
  [publishRequest, 'publish-request', '{"ttl_ms":100}', /^ttl_ms must be a whole number from 250 to 300000$/],
  [publishRequest, 'publish-request', '{"direction":"LONG"}', /^direction must be one of BUY, SELL$/],
  [publishRequest, 'publish-request', '{"lots":1}', /^the request body has a field .*"lots"; known are id, symbol/],
  [publishRequest, 'publish-request', '{"__proto__":{"x":1}}', /^the request body has the key __proto__/],
  [publishRequest, 'publish-request', '{"reasons":[{"constructor":1}]}', /has the key constructor, which is never/],
  [amendRequest, 'amend-request', '{"version":null}', /^version must be a whole number of at least 1$/],
  [amendRequest, 'amend-request', '{"stop_loss":null}', /^the request body must change at least one of stop_loss/],
  [publishRequest, 'publish-request', '{"entry_price":1e16}', /^entry_price must be at most 1e15$/],
  [
    reportRequest,
    'report-request',
    '{"qty":null,"cum_qty":null}',
    /^cum_qty must be above 0 with PARTIAL and FILLED: /,
  ],
  [reportRequest, 'report-request', '{"cum_qty":0}', /^cum_qty must be above 0 with PARTIAL and FILLED: /],
  [resolveRequest, 'resolve-request', '{"state":"FILLED","qty":null}', /^qty must be above 0 with FILLED: /],
  [
    resolveRequest,
    'resolve-request',
    '{"state":"FILLED","qty":1,"avg_price":null}',
    /^avg_price must be there with FILLED: /,
  ],
  [reportRequest, 'report-request', '{"qty":1e300}', /^qty must be at most 1e15$/],
  [reportRequest, 'report-request', '{"fee":-1e300}', /^fee must be at least -1e15$/],
  [publishRequest, 'publish-request', '{"entry_price":null}', /^entry_price must be a number above 0$/],
  [publishRequest, 'publish-request', '{"lots":null}', /^the request body has a field .*"lots"; known are id, symbol/],
  [publishRequest, 'publish-request', '{"reasons":[null]}', /^reasons\.0 must be text/],
  [publishRequest, 'publish-request', '{"__proto__":null}', /^the request body has the key __proto__/],
  [reportRequest, 'report-request', '{"fence":null,"qty":null}', /^fence must be a whole number/],
  [sessionRequest, 'session-request', '{"instance":"xyz"}', /^instance must be 32 hex characters/],
  [sessionRequest, 'session-request', '{"consumer":"a\\nb"}', /^consumer must not hold control characters/],
  [claimRequest, 'claim-request', '{"epoch":1.5}', /^epoch must be a whole number of at least 1$/],
  [reportRequest, 'report-request', '{"latency":{"A b":1}}', /^latency.* has a name that is not taken: must be a name/],
  [reportRequest, 'report-request', '{"latency":{"x_ms":-1}}', /^latency\.x_ms must be a number of at least 0$/],
  [reportRequest, 'report-request', '{"latency":{"__proto__":1}}', /has the key __proto__/],
  [reportRequest, 'report-request', '{"venue_time":"2024-11-21"}', /^venue_time must be an instant such as/],
];

it('says which field is wrong and what is wanted there', () => {
  for (const [schema, name, change, complaint] of WRONGS) {
    const body = example(name);
    assert.ok(decode(schema, body, 'the request body').ok, name);
    // Parsed as the wire is, so that __proto__ is a member like any other.
    const members = [JSON.stringify(body).slice(1, -1), change.slice(1, -1)];
    const changed = Object.keys(JSON.parse(change) as object).some((key) => Object.hasOwn(body, key));
    const text = changed ? JSON.stringify({ ...body, ...JSON.parse(change) }) : `{${members.join(',')}}`;
    const value = change.includes('1e999') ? JSON.parse(text.replace('null', '1e999')) : JSON.parse(text);
    const decoded = decode(schema, value, 'the request body');
    assert.ok(!decoded.ok, `${name} ${change}`);
    assert.match(decoded.problem, complaint);
  }
});

const PUBLISHED = ['id', 'symbol', 'direction', 'entry_price', 'stop_loss', 'take_profit', 'signal_strength'];

/** Every member that may be left out, as a language writes it that writes all it has. */
const OPTIONAL: readonly (readonly [schema: z.ZodType, name: string, required: readonly string[]])[] = [
  [publishRequest, 'publish-request', PUBLISHED],
  [sessionRequest, 'session-request', ['consumer', 'account', 'instance']],
  [reportRequest, 'report-request', ['report_id', 'session', 'epoch', 'fence', 'type', 'leg', 'cum_qty']],
  [cancelRequest, 'cancel-request', []],
  [heartbeatRequest, 'heartbeat-request', []],
  [haltRequest, 'halt-request', []],
  [resolveRequest, 'resolve-request', ['state', 'reason']],
];

it('takes null for what may be left out, and never for what may not', () => {
  for (const [schema, name, required] of OPTIONAL) {
    const body = example(name);
    const names = Object.keys((schema as z.ZodObject).shape);
    const bare = Object.fromEntries(required.map((key) => [key, body[key]]));
    const written = { ...Object.fromEntries(names.map((key) => [key, null])), ...bare };
    assert.deepEqual(decode(schema, written, 'it'), decode(schema, bare, 'it'), name);
    assert.ok(decode(schema, written, 'it').ok, name);
    for (const key of required) assert.ok(!decode(schema, { ...written, [key]: null }, 'it').ok, `${name} ${key}`);
  }
  const report = { ...example('report-request'), latency: { claim_ms: 3, submit_to_fill_ms: null } };
  const decoded = decode(reportRequest, report, 'it');
  assert.deepEqual(decoded.ok && decoded.value.latency, { claim_ms: 3 });
});

it('says what a whole must be, and takes no change that changes nothing', () => {
  for (const value of [undefined, null, [], 'x', 5]) {
    assert.deepEqual(decode(claimRequest, value, 'the request body'), {
      ok: false,
      problem: 'the request body must be a JSON object',
    });
  }
  const nothing = decode(amendRequest, { version: 1 }, 'the request body');
  assert.ok(
    !nothing.ok && nothing.problem === 'the request body must change at least one of stop_loss, take_profit, tp1, tp3',
  );
});

it('reads the numbers of a query', () => {
  assert.deepEqual(decode(signalQuery, { limit: '20', state: 'ACTIVE' }, 'the query'), {
    ok: true,
    value: { limit: 20, state: 'ACTIVE' },
  });
  for (const limit of ['0', '501', '1e2', '-1', '']) {
    const decoded = decode(signalQuery, { limit }, 'the query');
    assert.ok(!decoded.ok && decoded.problem === 'limit must be a whole number from 1 to 500', limit);
  }
});

it('does not follow a body without end', () => {
  let deep: unknown = 1;
  for (let depth = 0; depth < 50_000; depth += 1) deep = [deep];
  const decoded = decode(publishRequest, { reasons: deep }, 'the request body');
  assert.ok(!decoded.ok && /nested deeper/.test(decoded.problem));
});
