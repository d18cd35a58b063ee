import type { IncomingMessage } from 'node:http';
import type { EdgeBody } from '../../../mesh/policy/edge.ts';
import { serviceError } from '../errors/service-error.ts';
import { parseJson } from './json-text.ts';
import { type BodyLimits, readBody } from './read-body.ts';

/**
 * Reads a whole JSON body.
 * @throws ServiceError `unsupported-media-type`, `body-too-large`, `request-timeout` or `malformed-body`
 */
export async function readJson(
  request: IncomingMessage,
  body: EdgeBody,
  limits: BodyLimits,
): Promise<unknown> {
  const bytes = await readBody(request, body, limits);
  if (bytes.length === 0) throw serviceError('malformed-body', { metadata: { problem: 'it is empty' } });
  return parseJson(bytes);
}
