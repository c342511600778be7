import assert from 'node:assert/strict';
import { it } from 'node:test';
import { jsonSchemaOf } from '../../src/adapters/http/openapi.ts';
import { ROUTE_TABLE } from '../../src/adapters/http/route-table.ts';
import * as wire from '../../src/contract/schemas.ts';
import { posting, serve } from './serving.ts';

/** The routes of the guide, as OpenAPI writes them. */
const GUIDE_ROUTES = ROUTE_TABLE.filter(
  ({ path, access }) => access === 'guide' || (access === 'open' && path.startsWith('/api/')),
).map(({ path, method }) => [path.replace('*', '{symbol}'), [method]] as const);

/** Whatever it is, the test asks it in detail. */
type Json = ReturnType<typeof JSON.parse>;

it('describes every route of the guide, and nothing that is not there', async (t) => {
  const { ask } = await serve(t);
  const document = JSON.parse((await ask('/api/openapi.json')).text) as Json;
  assert.equal(document.openapi, '3.1.0');
  const described = (Object.entries(document.paths) as [string, object][]).map(([path, item]) => [
    path,
    Object.keys(item).map((method) => method.toUpperCase()),
  ]);
  const ofTheGuide = (described as [string, [string]][]).filter(([path]) => !path.startsWith('/api/v1/'));
  assert.deepEqual(Object.fromEntries(ofTheGuide), Object.fromEntries(GUIDE_ROUTES));
  for (const [path, [method]] of ofTheGuide) {
    const asked = path.replace('{symbol}', 'ETHUSDT');
    const reply = await ask(asked, method === 'POST' ? posting('{}') : {});
    const answers = Object.keys(document.paths[path][method.toLowerCase()].responses);
    assert.ok(answers.includes(String(reply.status)), `${path} answered ${reply.status}, described are ${answers}`);
  }
});

it('documents the schemas that validate: what the document forbids is refused, what it allows is not', async (t) => {
  const { house, ask } = await serve(t);
  const document = JSON.parse((await ask('/api/openapi.json')).text) as Json;
  const schemaAt = (path: string, method: string, status: string) =>
    document.paths[path][method].responses[status].content['application/json'].schema;
  const { schema } = document.paths['/api/signals/acknowledge'].post.requestBody.content['application/json'];
  assert.deepEqual(plain(schema), plain(jsonSchemaOf(wire.acknowledgeRequest)));
  assert.deepEqual([schema.required, schema.additionalProperties], [['timestamp'], false]);
  house.issue();
  const { example } = schema.properties.timestamp;
  assert.equal((await ask('/api/signals/acknowledge', posting({ timestamp: example }))).status, 200);
  const tooLong = '2'.repeat(schema.properties.timestamp.maxLength + 1);
  for (const body of [{}, { timestamp: example, other: 1 }, { timestamp: 5 }, { timestamp: tooLong }]) {
    const { status, text } = await ask('/api/signals/acknowledge', posting(body));
    assert.equal(status, 400);
    assert.doesNotMatch(text, /must look like/, 'the schema refuses it before the stamp is read');
  }
  assert.deepEqual(plain(schemaAt('/api/signals/latest', 'get', '200')), plain(jsonSchemaOf(wire.latestSignal)));
  assert.deepEqual(plain(schemaAt('/api/stats', 'get', '200')), plain(jsonSchemaOf(wire.stats)));
  const { seq } = schemaAt('/api/signals/latest', 'get', '200').properties.signal.properties.metadata.properties;
  assert.match(seq.description, /^Number of the journal entry that issued it\. Ends of signals are entries, too/);
});

/** Swagger writes constants as enums of one, and may move descriptions; the rest must be the same. */
function plain(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value) => {
      if (key === 'description' || key === 'examples' || key === 'example') return undefined;
      if (value !== null && typeof value === 'object' && 'const' in value) {
        const { const: only, ...rest } = value;
        return { ...rest, enum: [only] };
      }
      return value;
    }),
  );
}

it('serves both documentation pages from its own files, under a policy without inline code', async (t) => {
  const { house, ask, port } = await serve(t);
  house.issue({ reasons: ['<script>alert(1)</script>'] });
  assert.doesNotMatch((await ask('/')).text, /entry_price/, 'a signal that no client has read is taken by no page');
  await ask('/api/signals/latest');
  const page = await ask('/');
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.match(
    String(page.headers['content-security-policy']),
    /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+';/,
  );
  assert.doesNotMatch(page.text, /<script|https?:\/\/(?!127\.0\.0\.1)/);
  for (const part of [
    'SIMULATED medium',
    'made up by a simulator',
    'href="/docs"',
    'href="/dashboard"',
    'href="/api/openapi.json"',
    `curl http://127.0.0.1:${port}/api/signals/latest`,
    '&quot;entry_price&quot;: 3500.0',
    "this machine's network address counts as\nanother machine",
    'tapewire keys add --guide',
    '<code>metadata.seq</code> is the number of the journal entry',
    'is foreign. A request body is JSON',
  ]) {
    assert.ok(page.text.includes(part), part);
  }
  for (const [path] of GUIDE_ROUTES) {
    assert.ok(page.text.includes(path), path);
  }
  const docs = await ask('/docs');
  assert.equal(docs.status, 200);
  assert.doesNotMatch(String(docs.headers['content-security-policy']), /unsafe-inline|https:|upgrade-insecure/);
  for (const [, file] of docs.text.matchAll(/(?:src|href)="([^"]+)"/g)) {
    assert.ok(file!.startsWith('/docs/'), file);
    assert.equal((await ask(file!)).status, 200, file);
  }
});
