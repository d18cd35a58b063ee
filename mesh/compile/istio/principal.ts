import type { Service } from '../../graph/service.ts';

/** A service's identity as its certificate has it: a SPIFFE id without `spiffe://`. */
export function principal(service: Service): string {
  return `cluster.local/ns/${service.platform.namespace}/sa/${service.name}`;
}
