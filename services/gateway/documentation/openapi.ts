import type { HttpRoute, RequestBody, ResponseDefinition } from '../http/route.ts';
import type { AuthorizedRoute } from '../route-authorization.ts';
import { problem } from '../schemas/problem.ts';
import { componentSchemas, propertiesOf, referenceTo } from './json-schemas.ts';
import type {
  MediaType,
  OpenApiDocument,
  OpenApiSchema,
  Operation,
  Parameter,
  ResponseObject,
} from './openapi-document.ts';
import { problemsByStatus } from './route-errors.ts';

const DESCRIPTION = `The HTTP API of the shop. Bodies are JSON in UTF-8 with at most 1 MB. Unknown fields are rejected.
Amounts of money are integers in minor units. Times are in UTC. Every error is a problem (RFC 9457) with a stable code.`;

/** Describes the routes as OpenAPI 3.1, derived from the schemas that validate requests. */
export function openApi(authorized: readonly AuthorizedRoute[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { route, access } of authorized) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, access) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Weft', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [...new Set(authorized.map(({ route }) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function operation(route: HttpRoute, access: AuthorizedRoute['access']): Operation {
  const role = typeof access === 'object' ? `Requires the role ${access.role}.` : '';
  const description = [route.description, role].filter(Boolean).join(' ');
  return {
    operationId: operationId(route),
    tags: [route.tag],
    summary: route.summary,
    ...(description && { description }),
    security: access === 'public' ? [] : [{ token: typeof access === 'object' ? [access.role] : [] }],
    parameters: [
      ...parameters(route.params, 'path'),
      ...parameters(route.query, 'query'),
      ...parameters(route.headers, 'header'),
    ],
    ...(route.body && { requestBody: { required: true, content: requestContent(route.body) } }),
    responses: { [route.answer.status]: success(route.answer), ...problems(route, access) },
  };
}

/** Returns the operation id of a route: `getProductsById` for `GET /v1/products/{id}`. */
function operationId({ method, path }: HttpRoute): string {
  const words = path.replace(/^\/(v1\/)?/, '').split(/[^A-Za-z{}]+/);
  const named = words.map((word) => word.replace(/^\{(.*)\}$/, 'by-$1')).flatMap((word) => word.split('-'));
  return method.toLowerCase() + named.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function parameters(schema: HttpRoute['params'], place: Parameter['in']): readonly Parameter[] {
  const { properties, required } = propertiesOf(schema);
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.has(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function requestContent(body: RequestBody): Readonly<Record<string, MediaType>> {
  const schema = referenceTo(body.schema);
  return body.kind === 'json'
    ? { 'application/json': { schema } }
    : { 'application/x-ndjson': { schema: { type: 'string' }, 'x-item-schema': schema } };
}

function success(answer: ResponseDefinition): ResponseObject {
  const headers = Object.entries(answer.headers ?? {}).map(
    ([name, description]) => [name, { description, schema: { type: 'string' } as OpenApiSchema }] as const,
  );
  return {
    description: answer.description,
    ...(headers.length > 0 && { headers: Object.fromEntries(headers) }),
    content: answerContent(answer),
  };
}

function answerContent(answer: ResponseDefinition): Readonly<Record<string, MediaType>> {
  const text = { type: 'string' };
  switch (answer.kind) {
    case 'json':
      return { [answer.type ?? 'application/json']: { schema: referenceTo(answer.schema) } };
    case 'events':
      return { 'text/event-stream': { schema: text, 'x-item-schema': referenceTo(answer.schema) } };
    case 'lines':
      return { 'application/x-ndjson': { schema: text, 'x-item-schema': referenceTo(answer.schema) } };
    case 'page':
      return { 'text/html': { schema: text } };
  }
}

function problems(
  route: HttpRoute,
  access: AuthorizedRoute['access'],
): Readonly<Record<string, ResponseObject>> {
  const content = { 'application/problem+json': { schema: referenceTo(problem) } };
  return Object.fromEntries(
    [...problemsByStatus(route, access)].map(([status, codes]) => [
      status,
      { description: codes.map((code) => `\`${code}\``).join(', '), content, 'x-problems': codes },
    ]),
  );
}
