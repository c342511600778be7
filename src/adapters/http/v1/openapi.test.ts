import assert from 'node:assert/strict';
import { it } from 'node:test';
import { COMPONENTS, eventName } from '../../../contract/v1/components.ts';
import { EVENT_TYPES } from '../../../contract/v1/event.ts';
import { DESCRIPTIONS } from './descriptions.ts';
import { deliveryDocument, SECURITY_SCHEME } from './openapi.ts';

/** Whatever it is, the test asks it in detail. */
type Json = ReturnType<typeof JSON.parse>;

/** As it goes over the wire. */
const document: Json = JSON.parse(JSON.stringify(deliveryDocument(Object.keys(DESCRIPTIONS))));
const REFS = '#/components/schemas/';
const operations: readonly Json[] = Object.values(document.paths).flatMap((item: Json) => Object.values(item));

/** Every object in it, the outer ones first. */
function* partsOf(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield value;
  for (const member of Object.values(value)) yield* partsOf(member);
}

it('refers to shapes that exist, and lists none that cannot be reached from a call or a stream', () => {
  const refs = [...partsOf(document)].flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
  assert.ok(refs.length > 100);
  for (const ref of refs) assert.ok(ref.startsWith(REFS) && ref.slice(REFS.length) in document.schemas, ref);
  assert.deepEqual(Object.keys(document.schemas), Object.keys(COMPONENTS));
  const unreferred = Object.keys(COMPONENTS).filter((name) => !refs.includes(REFS + name));
  // What streams send has no place in OpenAPI but a name.
  const ofStreams = [
    'StreamOpen',
    'StreamReset',
    'MarketOpen',
    'MarketTrade',
    'MarketQuote',
    'MarketReset',
    'MarketTick',
  ];
  assert.deepEqual(unreferred, ofStreams);
});

it('writes every shape down once: an object or a choice of words has a name', () => {
  for (const part of partsOf(document.paths)) {
    assert.ok(part.properties === undefined && part.enum === undefined, JSON.stringify(part).slice(0, 200));
  }
  for (const [name, shape] of Object.entries(document.schemas) as [string, Json][]) {
    for (const part of [...partsOf(shape)].slice(1)) {
      const inlined = (part.type === 'object' && part.properties !== undefined) || Array.isArray(part.enum);
      assert.ok(!inlined || part.enum?.length === 1, `${name}: ${JSON.stringify(part).slice(0, 200)}`);
    }
  }
});

it('names every call once, and says what each needs: a key, and a body where one must be', () => {
  const ids = operations.map(({ operationId }) => operationId);
  assert.equal(ids.length, Object.keys(DESCRIPTIONS).length);
  assert.equal(new Set(ids).size, ids.length);
  for (const { operationId, security, responses, requestBody } of operations) {
    assert.match(operationId, /^[a-z]+[A-Z][A-Za-z]+$/);
    assert.deepEqual(security, [{ [SECURITY_SCHEME]: [] }], operationId);
    assert.ok('default' in responses && Object.keys(responses).some((status) => status.startsWith('2')), operationId);
    const kills = ['closePosition', 'haltAll', 'resumeAll', 'flattenAll', 'unmuteNotices'];
    const optional = ['cancelSignal', 'closeSignal', 'sendHeartbeat', 'haltAccount', 'resumeAccount', ...kills];
    if (requestBody !== undefined) assert.equal(requestBody.required, !optional.includes(operationId), operationId);
  }
});

it('tells events apart by their type', () => {
  const { oneOf, discriminator } = document.schemas.Event;
  assert.equal(discriminator.propertyName, 'type');
  assert.deepEqual(Object.keys(discriminator.mapping), EVENT_TYPES);
  assert.deepEqual(
    oneOf.map(({ $ref }: Json) => $ref),
    Object.values(discriminator.mapping),
  );
  for (const type of EVENT_TYPES) {
    const { properties, required } = document.schemas[eventName(type)];
    assert.equal(properties.type.const, type);
    assert.ok(required.includes('type'));
  }
});

it('has null where it is taken and sent, whole numbers of 64 bits, and nothing forbidden that answers may grow', () => {
  const { PublishRequest, Signal, Report, Grant } = document.schemas;
  assert.deepEqual(PublishRequest.properties.tp1.type, ['number', 'null']);
  assert.deepEqual(PublishRequest.properties.timeframe.oneOf, [{ $ref: `${REFS}Timeframe` }, { type: 'null' }]);
  assert.equal(PublishRequest.properties.entry_price.type, 'number');
  assert.deepEqual(Report.properties.latency.additionalProperties.type, ['number', 'null']);
  assert.deepEqual([Signal.properties.seq.format, Grant.properties.fence.format], ['int64', 'int64']);
  assert.deepEqual(Grant.properties.execute_within_ms.type, ['integer', 'null']);
  assert.deepEqual(Signal.properties.issued_at.format, 'date-time');
  assert.deepEqual([PublishRequest.additionalProperties, Signal.additionalProperties], [false, undefined]);
});
