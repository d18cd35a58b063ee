import { z } from 'zod';

export const jwkSet = z
  .strictObject({ keys: z.array(z.looseObject({ kty: z.string(), kid: z.string() })) })
  .meta({ id: 'JwkSet', description: 'RFC 7517.' });

export const openApiDocument = z
  .looseObject({ openapi: z.string(), paths: z.looseObject({}) })
  .meta({ id: 'OpenApiDocument', description: 'OpenAPI 3.1.' });
