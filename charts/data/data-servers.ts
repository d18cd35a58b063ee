import { inClusterBroker } from '../../mesh/compile/peers/broker.ts';
import { usesPostgres } from '../../mesh/compile/peers/stores.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { addKafka } from './kafka.ts';
import { addPostgres } from './postgres.ts';
import { addRabbitmq } from './rabbitmq.ts';

/**
 * Adds the database and the broker for which the environment has no address, each as a single server in the cluster.
 * @param storageGiB size of each volume, in GiB
 * @returns the secrets that the servers need
 */
export function addDataServers(platform: Platform, storageGiB: number): readonly SecretKey[] {
  const secrets: SecretKey[] = [];
  if (!platform.environment.postgres && platform.services.some(usesPostgres))
    secrets.push(...addPostgres(platform, storageGiB));
  const broker = inClusterBroker(platform);
  if (broker?.name === 'kafka') secrets.push(...addKafka(platform, storageGiB));
  if (broker?.name === 'rabbitmq') secrets.push(...addRabbitmq(platform, storageGiB));
  return secrets;
}
