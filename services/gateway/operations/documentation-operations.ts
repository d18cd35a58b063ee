import { z } from 'zod';
import type { SigningKeys } from '../../kit/edge/signing-keys.ts';
import { PAGE_HEADERS } from '../documentation/page.ts';
import { problemPage } from '../documentation/problem-page.ts';
import { defineOperation } from '../http/define-operation.ts';
import type { HttpOperations } from '../http/route.ts';
import { jwkSet, openApiDocument } from '../schemas/documents.ts';
import { errorCode } from '../schemas/problem.ts';

export interface Documents {
  readonly openApi: z.input<typeof openApiDocument>;
  readonly page: string;
}

const CACHE_FOR_A_MINUTE = { 'cache-control': 'public, max-age=60' } as const;

/**
 * Returns the operations of the API documentation and the signing keys.
 * @param documents returns the documents, which describe these operations as well
 */
export function documentationOperations(keys: SigningKeys, documents: () => Documents): HttpOperations {
  return {
    getOpenApiDocument: defineOperation({
      tag: 'API documentation',
      summary: 'Get the OpenAPI document',
      answer: { status: 200, kind: 'json', description: 'An OpenAPI 3.1 document.', schema: openApiDocument },
      handle: () => ({ headers: CACHE_FOR_A_MINUTE, body: documents().openApi }),
    }),
    getDocumentation: defineOperation({
      tag: 'API documentation',
      summary: 'Get the documentation page',
      answer: { status: 200, kind: 'page', description: 'HTML.' },
      handle: () => ({ headers: PAGE_HEADERS, body: documents().page }),
    }),
    getProblem: defineOperation({
      tag: 'API documentation',
      summary: 'Get the description of a problem',
      params: z.strictObject({ code: errorCode }),
      answer: { status: 200, kind: 'page', description: 'HTML.' },
      handle: ({ params }) => ({ headers: PAGE_HEADERS, body: problemPage(params.code) }),
    }),
    getSigningKeys: defineOperation({
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
  };
}
