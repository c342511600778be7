import { z } from 'zod';
import { ANSWERS, COMPONENTS, eventName, REQUESTS } from '../../../contract/v1/components.ts';
import { mayBeLeftOut } from '../../../contract/v1/decode.ts';
import { EVENT_TYPES } from '../../../contract/v1/event.ts';
import { PROBLEM_TYPE, problem } from '../../../contract/v1/problem.ts';
import { assert } from '../../../core/assert.ts';
import { COMMON_REFUSALS, DESCRIPTIONS, type Description } from './descriptions.ts';

/** A part of the document. */
type Part = Record<string, unknown>;
type Shape = z.core.JSONSchema.BaseSchema;

export const SECURITY_SCHEME = 'bearer';

const REFS = '#/components/schemas/';

/** What the paths say is where they lead to: an id that is not known is answered with 404, whatever it looks like. */
const IN_PATH: Readonly<Record<string, string>> = {
  signals: 'The id of the signal.',
  sessions: 'The session, as `POST /sessions` answered it.',
  deliveries: '`<signal id>.<account>`.',
  accounts: '`default` or `paper`.',
  positions: 'The position, named like the delivery that opened it.',
};

/**
 * /api/v1 in OpenAPI 3.1, out of the schemas that requests are checked with: every shape once, under its name.
 *
 * @param calls As the route table writes them: `GET /api/v1/signals/:id`.
 */
export function deliveryDocument(calls: readonly string[]): { readonly paths: Part; readonly schemas: Part } {
  const registry = z.registry<{ readonly id: string }>();
  for (const [id, shape] of Object.entries(COMPONENTS)) registry.add(shape, { id });
  // Not shapes that anything refers to: their members become parameters, which refer to named ones.
  for (const call of calls) {
    const { querystring, headers } = descriptionOf(call);
    if (querystring !== undefined) registry.add(querystring, { id: `query ${call}` });
    if (headers !== undefined) registry.add(headers, { id: `header ${call}` });
  }
  const { schemas: made } = z.toJSONSchema(registry, { io: 'input', uri: (id) => `${REFS}${id}`, override: tidy });

  const schemas = Object.fromEntries(
    Object.keys(COMPONENTS).map((name) => {
      const { $schema: _, $id: __, ...shape } = made[name]!;
      if (name in REQUESTS) return [name, withNulls(shape)];
      // Clients are told to ignore what they do not know.
      if (name in ANSWERS) delete shape.additionalProperties;
      return [name, name === 'Event' ? { ...shape, discriminator: DISCRIMINATOR } : shape];
    }),
  );
  const paths: Record<string, Part> = {};
  for (const call of calls) {
    const [method, url] = call.split(' ') as [string, string];
    const path = url.replace(/:(\w+)/g, '{$1}');
    const named = (where: 'query' | 'header') => parametersOf(where, made[`${where} ${call}`]);
    const parameters = [...pathParametersOf(url), ...named('query'), ...named('header')];
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(descriptionOf(call), parameters) };
  }
  return { paths, schemas };
}

const DISCRIMINATOR = {
  propertyName: 'type',
  mapping: Object.fromEntries(EVENT_TYPES.map((type) => [type, `${REFS}${eventName(type)}`])),
};

function operationOf({ id, summary, body, response }: Description, parameters: readonly Part[]): Part {
  const responses = Object.entries({ ...response, ...COMMON_REFUSALS }).map(([status, shape]) => [
    status,
    shape === problem
      ? { description: 'Refused: `code` says why.', content: { [PROBLEM_TYPE]: { schema: refOf(shape) } } }
      : answerOf(shape),
  ]);
  return {
    operationId: id,
    summary,
    tags: ['delivery'],
    security: [{ [SECURITY_SCHEME]: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: !mayBeLeftOut(body), content: { 'application/json': { schema: refOf(body) } } },
    }),
    responses: Object.fromEntries(responses),
  };
}

function answerOf(shape: z.ZodType): Part {
  const { description = 'Done.', contentMediaType } = shape.meta() ?? {};
  if (contentMediaType === undefined) {
    return { description, content: { 'application/json': { schema: refOf(shape) } } };
  }
  return { description, content: { [String(contentMediaType)]: { schema: { type: 'string' } } } };
}

function refOf(shape: z.ZodType): Part {
  const name = Object.keys(COMPONENTS).find((each) => COMPONENTS[each] === shape);
  assert(name !== undefined, 'openapi: what a call takes and answers has a name');
  return { $ref: `${REFS}${name}` };
}

function pathParametersOf(url: string): Part[] {
  const [, , , place = ''] = url.split('/');
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ in: 'path', name, required: true },
    ...{ description: IN_PATH[place] ?? '', schema: { type: 'string' } },
  }));
}

function parametersOf(where: 'query' | 'header', shape: Shape | undefined): Part[] {
  return Object.entries(shape?.properties ?? {}).map(([name, member]) => {
    const { description, ...schema } = member as Shape;
    const required = shape?.required?.includes(name) === true;
    return { in: where, name, required, ...(description !== undefined && { description }), schema };
  });
}

/** What may be left out of a request may be `null` as well. */
function withNulls(shape: Shape): Shape {
  const members = Object.entries(shape.properties ?? {}).map(([name, member]): [string, Shape] => {
    const of = member as Shape;
    const inner = typeof of.additionalProperties === 'object' ? withNullValues(of) : of;
    return [name, shape.required?.includes(name) === true ? inner : orNull(inner)];
  });
  return { ...shape, properties: Object.fromEntries(members) };
}

const withNullValues = (shape: Shape): Shape => ({
  ...shape,
  additionalProperties: orNull(shape.additionalProperties as Shape),
});

function orNull({ description, ...shape }: Shape): Shape {
  const described = description === undefined ? {} : { description };
  if (typeof shape.type !== 'string') return { ...described, oneOf: [shape, { type: 'null' }] };
  const words = shape.enum === undefined ? {} : { enum: [...shape.enum, null] };
  return { ...described, ...shape, type: [shape.type, 'null'], ...words } as Shape;
}

/** Applied to every part of a shape, the inner ones first. */
function tidy({ jsonSchema }: { readonly jsonSchema: Shape }): void {
  // zod says of every whole number how far JavaScript can count. That is no rule of the wire, but more than 32 bits are.
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) {
    delete jsonSchema.maximum;
    jsonSchema.format = 'int64';
  }
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  // A query is text to us, a number to whoever writes the client.
  if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
  const [shape, none] = jsonSchema.anyOf ?? [];
  if (jsonSchema.anyOf?.length !== 2 || (none as Shape).type !== 'null' || typeof (shape as Shape).type !== 'string')
    return;
  // One shape or null, as generators like it best.
  delete jsonSchema.anyOf;
  Object.assign(jsonSchema, orNull(shape as Shape), jsonSchema);
}

function descriptionOf(call: string): Description {
  const description = DESCRIPTIONS[call];
  assert(description !== undefined, `openapi: ${call} is not described`);
  return description;
}
