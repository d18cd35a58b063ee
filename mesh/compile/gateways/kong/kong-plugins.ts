import type { EdgeRoute } from '../../../policy/edge.ts';
import {
  EDGE_PROBLEMS,
  type EdgeProblem,
  type EdgeProblemCode,
  PROBLEM_PATH,
} from '../../../policy/edge-problems.ts';
import { MAX_UNREAD_BODY_BYTES } from '../gateway-options.ts';
import type { KongPlugin } from './kong-entities.ts';

/** Returns the plugin that answers every request with a problem (RFC 9457). It cannot add the id of the request. */
export function problemAnswer(code: EdgeProblemCode): KongPlugin {
  const { status, title, detail }: EdgeProblem = EDGE_PROBLEMS[code];
  return {
    name: 'request-termination',
    config: {
      status_code: status,
      content_type: 'application/problem+json',
      body: JSON.stringify({ type: PROBLEM_PATH + code, title, status, detail, code }),
    },
  };
}

/** Returns the plugin that refuses larger bodies than those of a route, unless they are unlimited. */
export function requestSizeLimit({ body }: EdgeRoute): readonly KongPlugin[] {
  const maxBytes = body?.maxBytes ?? MAX_UNREAD_BODY_BYTES;
  return maxBytes === 'unlimited'
    ? []
    : [{ name: 'request-size-limiting', config: { allowed_payload_size: maxBytes, size_unit: 'bytes' } }];
}
