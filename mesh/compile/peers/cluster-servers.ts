import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { hasEvents, inClusterBroker } from './broker.ts';
import { POSTGRES, usesPostgres } from './stores.ts';

/** A database or broker that runs in the cluster and is not a service of the graph. */
export interface ClusterServer {
  readonly name: string;
  readonly port: number;
  /** Services that may connect to it. */
  readonly clients: readonly Service[];
}

/** Returns the databases and brokers in the cluster: Postgres, and Kafka or RabbitMQ. */
export function clusterServers(platform: Platform): readonly ClusterServer[] {
  const servers: ClusterServer[] = [];
  const stores = platform.services.filter(usesPostgres);
  if (stores.length > 0 && !platform.environment.postgres) servers.push({ ...POSTGRES, clients: stores });
  const broker = inClusterBroker(platform);
  if (broker) servers.push({ ...broker, clients: platform.services.filter(hasEvents) });
  return servers;
}
