import { z } from 'zod';
import type { SigningKeys } from '../../kit/edge/signing-keys.ts';
import { PAGE_HEADERS } from '../documentation/page.ts';
import { problemPage } from '../documentation/problem-page.ts';
import { defineRoute } from '../http/define-route.ts';
import type { HttpRoute } from '../http/route.ts';
import { jwkSet, openApiDocument } from '../schemas/documents.ts';
import { errorCode } from '../schemas/problem.ts';

export interface Documents {
  readonly openApi: z.input<typeof openApiDocument>;
  readonly page: string;
}

const CACHE_FOR_A_MINUTE = { 'cache-control': 'public, max-age=60' } as const;

/**
 * Returns the routes of the API documentation and the signing keys.
 * @param documents returns the documents, which describe these routes as well
 */
export function documentationRoutes(
  keys: SigningKeys,
  jwksPath: string,
  documents: () => Documents,
): readonly HttpRoute[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/openapi.json',
      tag: 'API documentation',
      summary: 'Get the OpenAPI document',
      answer: { status: 200, kind: 'json', description: 'An OpenAPI 3.1 document.', schema: openApiDocument },
      handle: () => ({ headers: CACHE_FOR_A_MINUTE, body: documents().openApi }),
    }),
    defineRoute({
      method: 'GET',
      path: '/docs',
      tag: 'API documentation',
      summary: 'Get the documentation page',
      answer: { status: 200, kind: 'page', description: 'HTML.' },
      handle: () => ({ headers: PAGE_HEADERS, body: documents().page }),
    }),
    defineRoute({
      method: 'GET',
      path: '/problems/{code}',
      tag: 'API documentation',
      summary: 'Get the description of a problem',
      params: z.strictObject({ code: errorCode }),
      answer: { status: 200, kind: 'page', description: 'HTML.' },
      handle: ({ params }) => ({ headers: PAGE_HEADERS, body: problemPage(params.code) }),
    }),
    defineRoute({
      method: 'GET',
      path: jwksPath,
      tag: 'API documentation',
      summary: 'Get the keys of access tokens',
      answer: {
        status: 200,
        kind: 'json',
        type: 'application/jwk-set+json',
        description: 'A JWK Set (RFC 7517).',
        schema: jwkSet,
      },
      async handle() {
        const { json } = await keys.current();
        return { headers: CACHE_FOR_A_MINUTE, body: jwkSet.parse(json) };
      },
    }),
  ];
}
