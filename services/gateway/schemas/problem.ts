import { z } from 'zod';
import { EDGE_ERRORS, type EdgeErrorCode } from '../errors.ts';

export const errorCode = z.enum(Object.keys(EDGE_ERRORS) as EdgeErrorCode[]);

/** Problem details of RFC 9457, with a stable code. */
export const problem = z
  .strictObject({
    type: z.string().meta({ format: 'uri-reference' }).describe('Where the problem is explained.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z.string().describe('The path that was asked for.'),
    code: errorCode.describe('Stable: compare this one.'),
    requestId: z.string().describe('Names this request in our log; also in the header x-request-id.'),
    errors: z
      .array(z.strictObject({ field: z.string(), detail: z.string() }))
      .optional()
      .describe('Fields that are wrong, at most 20.'),
    omittedErrors: z.int().min(1).optional().describe('How many more fields are wrong.'),
  })
  .meta({ id: 'Problem' });

/** Problem details whose code is any string, because a callee may return an error that the gateway does not document. */
export type ProblemDetails = Omit<z.infer<typeof problem>, 'code'> & { readonly code: string };
