import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument, Operation } from '../../../services/gateway/documentation/openapi-document.ts';
import { EDGE } from './edge.ts';
import { ORDER_ID, PRODUCT_ID } from './fake-shop.ts';
import { lines, request } from './request.ts';
import { startGateway, type TestGateway } from './test-gateway.ts';

let gateway: TestGateway;
let document: OpenApiDocument;
let ajv: Ajv2020;
beforeAll(async () => {
  gateway = await startGateway();
  document = (await request(gateway.url, 'GET', '/openapi.json')).body;
  ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    allErrors: true,
    formats: { 'uri-reference': true },
  });
  addFormats.default(ajv);
  ajv.addSchema(standalone({ $id: 'openapi', $defs: document.components.schemas }));
});
afterAll(() => gateway.stop());

const ids: Readonly<Record<string, string>> = { '/v1/orders': ORDER_ID, '/v1/products': PRODUCT_ID };

/** The document's path with its parameters filled in. */
function concrete(path: string): string {
  const id = Object.entries(ids).find(([prefix]) => path.startsWith(prefix))?.[1] ?? '';
  return path.replace('{id}', id).replace('{code}', 'out-of-stock');
}

/** A schema of the document, its references made to name the schemas that `ajv` was given. */
function standalone(schema: object): object {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/schemas/', '"openapi#/$defs/'));
}

function validate(schema: object, value: unknown): void {
  const valid = ajv.compile(standalone(schema));
  expect(valid(value) ? [] : valid.errors).toEqual([]);
}

function exampleOf(operation: Operation): { type: string; body: string } | undefined {
  const [content] = Object.entries(operation.requestBody?.content ?? {});
  if (!content) return undefined;
  const [type, media] = content;
  const schema = media['x-item-schema'] ?? media.schema;
  const example = document.components.schemas[schema.$ref?.split('/').at(-1) ?? '']?.examples?.[0];
  validate(schema, example);
  const right = JSON.stringify(example)
    .replace(/"productId":"[^"]*"/g, `"productId":"${PRODUCT_ID}"`)
    .replace(/correct horse battery/, operation.operationId === 'createSession' ? 'right password' : '$&');
  return { type, body: lines(right) };
}

const operations = EDGE.routes.map(({ method, path }) => [method, path] as const);

describe('openapi.json', () => {
  test('has the routes of the graph, and no others', () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(operations.map((operation) => operation.join(' ')).sort());
  });

  test('is OpenAPI 3.1 with schemas that compile and references that resolve', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `openapi#/$defs/${name}` })).not.toThrow();
    }
    const operationIds = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(operationIds).size).toBe(operationIds.length);
    for (const [path, methods] of Object.entries(document.paths)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(methods)) {
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
      }
    }
  });

  test.each(operations)('%s %s responds as documented', async (method, path) => {
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${method} ${path} is not described`);
    const example = exampleOf(operation);
    const role = operation.security[0]?.token?.[0] ?? 'customer';
    const leave = new AbortController();
    const response = await fetch(gateway.url + concrete(path), {
      method,
      headers: {
        ...(operation.security.length > 0 && { authorization: `Bearer ${await gateway.token({ role })}` }),
        ...(example && { 'content-type': example.type }),
        ...Object.fromEntries(
          operation.parameters.filter((one) => one.in === 'header').map(({ name }) => [name, 'k']),
        ),
      },
      ...(example && { body: example.body }),
      signal: leave.signal,
    });
    const described = operation.responses[response.status];
    if (!described) throw new Error(`${response.status} is not described: ${await response.text()}`);
    expect(response.status).toBeLessThan(300);
    for (const header of Object.keys(described.headers ?? {}))
      expect(response.headers.has(header)).toBe(true);
    const type = response.headers.get('content-type')?.split(';')[0] ?? '';
    const media = described.content?.[type];
    if (!media) throw new Error(`${type} is not described`);
    if (type === 'text/event-stream') {
      for await (const chunk of response.body ?? []) {
        const data = /^data: (.*)$/m.exec(Buffer.from(chunk).toString())?.[1];
        if (data === undefined) continue;
        validate(media['x-item-schema'] ?? {}, JSON.parse(data));
        break;
      }
    } else if (type === 'application/x-ndjson') {
      for (const line of (await response.text()).trim().split('\n')) {
        validate(media['x-item-schema'] ?? {}, JSON.parse(line));
      }
    } else {
      const body = await response.text();
      validate(media.schema, /json/.test(type) ? JSON.parse(body) : body);
    }
    leave.abort();
  });

  test.each(operations.filter(([, path]) => path.startsWith('/v1')))(
    '%s %s documents the problems that it returns',
    async (method, path) => {
      const operation = document.paths[path]?.[method.toLowerCase()];
      const answer = await request(gateway.url, method, `${concrete(path)}?unknown=1`);
      const described = operation?.responses[answer.status];
      expect(described?.['x-problems']).toContain(answer.body.code);
      validate(described?.content?.['application/problem+json']?.schema ?? {}, answer.body);
    },
  );
});

describe('the documentation pages', () => {
  test('explain every documented problem at the URL of its type', async () => {
    for (const code of document.components.schemas.Problem?.properties?.code?.enum ?? []) {
      const explained = await request(gateway.url, 'GET', `/problems/${code}`);
      expect(explained).toMatchObject({ status: 200, body: expect.stringContaining(`<code>${code}</code>`) });
    }
    expect((await request(gateway.url, 'GET', '/problems/none-such')).status).toBe(404);
  });

  test('name every operation, and load no other resource', async () => {
    const { body, headers } = await request(gateway.url, 'GET', '/docs');
    for (const [, path] of operations) expect(body).toContain(`<code>${path}</code>`);
    expect(body).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });
});
