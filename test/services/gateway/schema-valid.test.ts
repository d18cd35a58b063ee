import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EDGE_ROUTES } from '../../../charts/edge-routes.ts';
import type { OpenApiDocument } from '../../../services/gateway/documentation/openapi-document.ts';
import { propertyRuns } from '../../property-runs.ts';
import { type RealShop, startRealShop } from './real-shop.ts';
import { request } from './request.ts';
import { validRequests } from './valid-requests.ts';

let shop: RealShop;
let document: OpenApiDocument;
let token: string;
beforeAll(async () => {
  shop = await startRealShop('schema-valid');
  document = (await request(shop.gateway.url, 'GET', '/openapi.json')).body;
  token = await shop.gateway.token({ role: 'admin' });
});
afterAll(() => shop.stop());

/** Codes that say that a request breaks its schema. */
const SCHEMA_ERRORS = ['invalid-request', 'malformed-body', 'unsupported-media-type', 'method-not-allowed'];

const operations = EDGE_ROUTES.filter(({ stream }) => stream !== 'server-sent-events').map(
  ({ method, path }) => [method, path] as const,
);

test.each(operations)('%s %s accepts every request that its schema allows', async (method, path) => {
  const operation = document.paths[path]?.[method.toLowerCase()];
  if (!operation) throw new Error(`${method} ${path} is not described`);
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(validRequests(document, path, operation), async (valid) => {
      const response = await fetch(shop.gateway.url + valid.path, {
        method,
        headers: {
          ...(operation.security.length > 0 && { authorization: `Bearer ${token}` }),
          ...valid.headers,
          // A key that was used for another request is refused, which no schema can express.
          ...(valid.headers['idempotency-key'] !== undefined && { 'idempotency-key': randomUUID() }),
        },
        ...(valid.body !== undefined && { body: valid.body }),
      });
      const text = await response.text();
      const code = /"code":"([a-z-]+)"/.exec(text)?.[1];
      if (!operation.responses[response.status])
        throw new Error(`status ${response.status} is not declared: ${text}`);
      if (response.status >= 500 || SCHEMA_ERRORS.includes(code ?? '')) throw new Error(text);
      if (response.status < 300) accepted += 1;
    }),
    { numRuns: propertyRuns(30) },
  );
  // Requests for random identifiers are answered with 404.
  if (!path.includes('{') && path !== '/v1/orders' && path !== '/v1/sessions')
    expect(accepted).toBeGreaterThan(0);
});
