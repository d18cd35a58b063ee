import type { Service } from '../../graph/service.ts';

/** Returns the identity in a service's certificate: a SPIFFE id without `spiffe://`. */
export function principal(service: Service): string {
  return `cluster.local/ns/${service.platform.namespace}/sa/${service.name}`;
}
