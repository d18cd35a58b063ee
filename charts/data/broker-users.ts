import { hasEvents } from '../../mesh/compile/peers/broker.ts';
import { eventsAccess, eventsPassword } from '../../mesh/compile/peers/stores.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import type { Service } from '../../mesh/graph/service.ts';

/** A user of a broker in the cluster. */
export interface BrokerUser {
  readonly service: Service;
  readonly name: string;
  readonly password: SecretKey;
}

/** Returns a user for each service that has topics. */
export function brokerUsers({ services }: Platform): readonly BrokerUser[] {
  return services.filter(hasEvents).map((service) => ({
    service,
    name: eventsAccess(service).role,
    password: eventsPassword(service),
  }));
}
