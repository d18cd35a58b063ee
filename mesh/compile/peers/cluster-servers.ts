import type { Platform } from '../../graph/platform.ts';
import type { Service } from '../../graph/service.ts';
import { hasEvents, inClusterBroker } from './broker.ts';
import { POSTGRES, usesPostgres } from './stores.ts';

/** A server of data or events that runs in the cluster and is no service. */
export interface ClusterServer {
  readonly name: string;
  readonly port: number;
  /** Who may connect to it. */
  readonly clients: readonly Service[];
}

/** The servers of a platform that are in its cluster: Postgres, and Kafka or RabbitMQ. */
export function clusterServers(platform: Platform): readonly ClusterServer[] {
  const servers: ClusterServer[] = [];
  const stores = platform.services.filter(usesPostgres);
  if (stores.length > 0 && !platform.environment.postgres) servers.push({ ...POSTGRES, clients: stores });
  const broker = inClusterBroker(platform);
  if (broker) servers.push({ ...broker, clients: platform.services.filter(hasEvents) });
  return servers;
}
