import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import type { RawResponse } from './raw-http.ts';

/**
 * Describes a response in one line, such as `401 unauthenticated; www-authenticate: Bearer realm="weft"`. A problem is
 * named by its code if it satisfies the contract: media type, status, type and request id. Violations of the contract are
 * listed in parentheses.
 */
export function describeResponse(response: RawResponse | undefined): string {
  if (!response) return 'connection closed';
  const { status, headers } = response;
  const parts = [`${status} ${contentOf(response)}`];
  const allow = headers.get('allow');
  if (allow !== undefined) parts.push(`allow: ${sorted(allow)}`);
  const challenge = headers.get('www-authenticate');
  if (challenge !== undefined) parts.push(`www-authenticate: ${challenge}`);
  return parts.join('; ');
}

function contentOf(response: RawResponse): string {
  const { status, headers, body } = response;
  const [type = ''] = (headers.get('content-type') ?? '').split(';');
  if (status < 400) return type || 'without content';
  if (type !== 'application/problem+json') return type || 'without content';
  const problem = parseProblem(body);
  if (!problem) return body === '' ? 'problem without body' : 'malformed problem';
  const violations = [
    ...(problem.status === status ? [] : [`status ${problem.status} in the body`]),
    ...(problem.type === `/problems/${problem.code}` ? [] : [`type ${problem.type}`]),
    ...(problem.requestId && problem.requestId === headers.get('x-request-id') ? [] : ['no request id']),
    ...(problem.title && problem.detail ? [] : ['no title or detail']),
  ];
  return violations.length === 0 ? `${problem.code}` : `${problem.code} (${violations.join(', ')})`;
}

const PROBLEM = z.object({
  status: z.unknown().optional(),
  type: z.unknown().optional(),
  code: z.unknown().optional(),
  requestId: z.unknown().optional(),
  title: z.unknown().optional(),
  detail: z.unknown().optional(),
});
type Problem = z.infer<typeof PROBLEM>;

function parseProblem(body: string): Problem | undefined {
  try {
    return readJson(PROBLEM, body, { name: 'the response' });
  } catch {
    return undefined;
  }
}

function sorted(methods: string): string {
  return methods
    .split(',')
    .map((method) => method.trim())
    .sort()
    .join(', ');
}
