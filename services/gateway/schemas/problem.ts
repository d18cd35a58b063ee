import { z } from 'zod';
import { EDGE_ERRORS, type EdgeErrorCode } from '../errors.ts';

export const errorCode = z.enum(Object.keys(EDGE_ERRORS) as EdgeErrorCode[]);

/** Problem details of RFC 9457, with a stable code. */
export const problem = z
  .strictObject({
    type: z
      .string()
      .meta({ format: 'uri-reference' })
      .describe('Address of the page that describes the problem.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    instance: z
      .string()
      .optional()
      .describe('Path of the request. Absent if the request could not be parsed.'),
    code: errorCode.describe('Stable identifier of the problem for programs.'),
    requestId: z.string().describe('Identifies the request in the logs. Also sent as header `x-request-id`.'),
    errors: z
      .array(z.strictObject({ field: z.string(), detail: z.string() }))
      .optional()
      .describe('Invalid fields, at most 20.'),
    omittedErrors: z.int().min(1).optional().describe('Number of further invalid fields.'),
  })
  .meta({ id: 'Problem' });

/**
 * Problem details whose code is any string, because a callee may return an error that the gateway does not document.
 */
export type ProblemDetails = Omit<z.infer<typeof problem>, 'code'> & { readonly code: string };
