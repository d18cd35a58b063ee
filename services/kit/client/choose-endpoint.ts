import type { EndpointPick, NonEmptyList } from '../balance/endpoint-pick.ts';
import type { CallAttempt } from './call-attempt.ts';
import type { CalleeEndpoint } from './callee-endpoint.ts';

/** Maximum number of picks from the balancer. After that, the first ready endpoint is used. */
const MAX_PICKS = 5;

/**
 * Returns the endpoint for an attempt. It avoids the endpoints of other attempts of the same call where possible. A
 * hedge never shares an endpoint with them: undefined if there is no other.
 * @param pick balancer over endpoints, some of which may not be ready
 */
export function chooseEndpoint<E extends CalleeEndpoint>(
  pick: EndpointPick<E>,
  ready: NonEmptyList<E>,
  isReady: (endpoint: E) => boolean,
  key: number,
  attempt: CallAttempt | undefined,
): E | undefined {
  let fallback: E | undefined;
  for (let round = 0; round < MAX_PICKS; round++) {
    const endpoint = pick(key, round);
    if (!isReady(endpoint)) continue;
    if (!attempt?.siblings.some((other) => other !== attempt && other.endpoint === endpoint)) return endpoint;
    fallback = endpoint;
  }
  if (attempt?.isHedge)
    return ready.find((endpoint) => !attempt.siblings.some((other) => other.endpoint === endpoint));
  return fallback ?? ready[key % ready.length] ?? ready[0];
}
