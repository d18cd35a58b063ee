import type { IncomingMessage } from 'node:http';
import type { EdgeBody } from '../../../mesh/policy/edge.ts';
import { parseQuery } from '../../kit/edge/query-string.ts';
import { type BodyLimits, readBody } from '../../kit/edge/read-body.ts';

/**
 * Reads the fields of a form (`application/x-www-form-urlencoded`). Repeated fields are refused.
 * @throws ServiceError `unsupported-media-type`, `body-too-large`, `request-timeout` or `invalid-request`
 */
export async function readForm(
  request: IncomingMessage,
  body: EdgeBody,
  limits: BodyLimits,
): Promise<Readonly<Record<string, string>>> {
  const bytes = await readBody(request, body, limits);
  // Percent-encoding is ASCII. Bytes above it become U+FFFD, which no service accepts as an id or a number.
  return parseQuery(`?${bytes.toString('utf8')}`);
}
