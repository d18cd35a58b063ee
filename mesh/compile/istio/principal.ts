import type { ServiceScope } from '../../graph/service-scope.ts';

/** Returns the identity in a service's certificate: a SPIFFE id without `spiffe://`. */
export function principal(service: ServiceScope): string {
  return `cluster.local/ns/${service.platform.namespace}/sa/${service.name}`;
}
