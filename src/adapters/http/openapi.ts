import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { assert } from '../../core/assert.ts';
import { deliveryDocument, SECURITY_SCHEME } from './v1/openapi.ts';

/**
 * Makes the OpenAPI document out of the routes' own zod schemas: the very objects that requests are validated with. The
 * guide's routes each show their whole shape; those of /api/v1 refer to shapes by name.
 * Must be registered before the routes it describes.
 */
export async function describeRoutes(app: FastifyInstance, version: string, market: string): Promise<void> {
  const deliveryCalls: string[] = [];
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tapewire',
        version,
        // The market first: whoever looks at this page looks at its prices.
        description: `**${market}**. ${ABOUT}`,
      },
      components: { securitySchemes: { [SECURITY_SCHEME]: { type: 'http', scheme: 'bearer', description: KEYS } } },
      tags: [
        { name: 'signals', description: 'What the guide describes, for this machine.' },
        { name: 'delivery', description: 'Every signal traded at most once, never too late. Needs a key.' },
      ],
    },
    transform: ({ schema, url, route }) => {
      if (url.startsWith('/api/v1/')) {
        deliveryCalls.push(`${route.method} ${url}`);
        return { schema: { hide: true }, url };
      }
      // Fastify knows the symbol as a wildcard, because some ids have a slash in them.
      const path = url.replace('/api/signals/*', '/api/signals/:symbol');
      const plain = Object.entries(schema ?? {}).map(([key, value]) => [
        key,
        key === 'response' ? each(value) : plainly(value),
      ]);
      return { schema: Object.fromEntries(plain), url: path };
    },
    // Asked once: what comes out is kept.
    transformObject: (made) => {
      assert('openapiObject' in made, 'openapi: a document of another kind');
      const { components, paths, ...document } = made.openapiObject;
      const delivery = deliveryDocument(deliveryCalls);
      // As its generator types them, these are parts of a document of 3.0 or 3.1; they are of 3.1.
      return {
        ...document,
        paths: { ...paths, ...delivery.paths },
        components: { ...components, schemas: { ...components?.schemas, ...delivery.schemas } },
      } as typeof made.openapiObject;
    },
  });
}

const ABOUT =
  'Trading signals for ATAS. On the guide’s routes errors are `{"status":"error","message":…}` and every timestamp is UTC ' +
  'market time. Under `/api/v1` errors are `application/problem+json` with a `code`, instants end in `Z`, and prices are ' +
  'plain decimals.';

const KEYS = 'The first key is in the file `api-key` of the data directory; `tapewire keys add` makes others.';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The browsable page. Its files come with the package: nothing is loaded from elsewhere. */
export async function serveDocsPages(app: FastifyInstance): Promise<void> {
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: POLICY,
    theme: { title: 'Tapewire API', css: [{ filename: 'tapewire.css', content: '.topbar { display: none }' }] },
    uiConfig: { docExpansion: 'list', defaultModelsExpandDepth: -1 },
  });
}

/** Under the media type that is really sent. */
const each = (responses: unknown): unknown =>
  Object.fromEntries(
    Object.entries(responses as object).map(([status, described]) => {
      const schema = plainly(described) as { readonly description?: string };
      return [status, { description: schema.description ?? '', content: { 'application/json': { schema } } }];
    }),
  );

function plainly(value: unknown): unknown {
  return value instanceof z.ZodType ? jsonSchemaOf(value) : value;
}

/** JSON Schema 2020-12, as OpenAPI 3.1 takes it. */
export function jsonSchemaOf(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // zod says of every whole number how far JavaScript can count. That is no rule of the wire.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      // A query is text to us, a number to whoever writes the client.
      if (jsonSchema.type === 'integer') delete jsonSchema.pattern;
    },
  });
  const { description, ...rest } = json;
  // OpenAPI wants every answer described, and Fastify takes the description from here.
  return { description: description ?? '', ...rest };
}
