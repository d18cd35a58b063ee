import type { EdgeBody } from '../../../mesh/policy/edge.ts';
import type { HttpOperation, HttpRoute, RequestBody, ResponseDefinition } from '../http/route.ts';
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
export function openApi(routes: readonly HttpRoute[]): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const { path, method } = route.rule;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(route) };
  }
  return {
    openapi: '3.1.1',
    info: { title: 'Weft', version: '1', description: DESCRIPTION },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ operation }) => operation.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  };
}

function operationObject({ rule, operation }: HttpRoute): Operation {
  const { access } = rule;
  const role = typeof access === 'object' ? `Requires the role ${access.role}.` : '';
  const description = [operation.description, role].filter(Boolean).join(' ');
  return {
    operationId: rule.handler,
    tags: [operation.tag],
    summary: operation.summary,
    ...(description && { description }),
    security: access === 'public' ? [] : [{ token: typeof access === 'object' ? [access.role] : [] }],
    parameters: [
      ...parameters(operation.params, 'path'),
      ...parameters(operation.query, 'query'),
      ...parameters(operation.headers, 'header'),
    ],
    ...(operation.body &&
      rule.body && { requestBody: { required: true, content: requestContent(operation.body, rule.body) } }),
    responses: { [operation.answer.status]: success(operation.answer), ...problems({ rule, operation }) },
  };
}

function parameters(schema: HttpOperation['params'], place: Parameter['in']): readonly Parameter[] {
  const { properties, required } = propertiesOf(schema);
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: required.has(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }));
}

function requestContent(body: RequestBody, { mediaTypes }: EdgeBody): Readonly<Record<string, MediaType>> {
  const schema = referenceTo(body.schema);
  const media = body.kind === 'json' ? { schema } : { schema: { type: 'string' }, 'x-item-schema': schema };
  return Object.fromEntries(mediaTypes.map((type) => [type, media]));
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

function problems(route: HttpRoute): Readonly<Record<string, ResponseObject>> {
  const content = { 'application/problem+json': { schema: referenceTo(problem) } };
  return Object.fromEntries(
    [...problemsByStatus(route)].map(([status, codes]) => [
      status,
      { description: codes.map((code) => `\`${code}\``).join(', '), content, 'x-problems': codes },
    ]),
  );
}
