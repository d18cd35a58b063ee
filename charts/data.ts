import { innerBroker } from '../mesh/compile/peers/broker.ts';
import { usesPostgres } from '../mesh/compile/peers/stores.ts';
import type { Platform } from '../mesh/graph/platform.ts';
import type { SecretKey } from '../mesh/graph/secret-key.ts';
import { kafka } from './data/kafka.ts';
import { postgres } from './data/postgres.ts';
import { rabbitmq } from './data/rabbitmq.ts';

/**
 * The servers that an environment has no address of: Postgres for stores, and what carries its topics, each a single one in
 * the cluster.
 * @param storageGiB of each
 * @returns the secrets that they need
 */
export function data(platform: Platform, storageGiB: number): readonly SecretKey[] {
  const secrets: SecretKey[] = [];
  if (!platform.environment.postgres && platform.services.some(usesPostgres))
    secrets.push(...postgres(platform, storageGiB));
  const broker = innerBroker(platform);
  if (broker?.name === 'kafka') secrets.push(...kafka(platform, storageGiB));
  if (broker?.name === 'rabbitmq') secrets.push(...rabbitmq(platform, storageGiB));
  return secrets;
}
