import { durationFindings, numberFindings } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { hostAndPort } from '../rules/name-rules.ts';

const RULE = 'environment/broker';
/**
 * Maximum retention: 100 years. Kafka and Postgres accept more, but a longer retention is assumed to be a typing error.
 */
const MAX_RETENTION_MS = 100 * 365 * 24 * 3_600_000;
const UNBOUNDED = Number.POSITIVE_INFINITY;

/** Requires the environment's broker to have a location, and to support what its topics declare. */
export const brokers: GraphRule = function* ({ environment, topics, node }) {
  const { broker, hasIstio, isCluster = true } = environment;
  const location = broker === 'postgres' ? undefined : environment[broker];
  if (topics.length > 0 && broker !== 'postgres' && !location) {
    const message = `environment '${environment.name}' has topics in ${broker} but no location for it: set '${broker}'`;
    yield { path: node.path, rule: RULE, message };
  }
  if (location === 'in-cluster' && !isCluster) {
    const message = `environment '${environment.name}' places ${broker} in the cluster but has no cluster: set an address for ${broker}`;
    yield { path: node.path, rule: RULE, message };
  }
  const { postgres } = environment;
  const fix = postgres && hostAndPort(postgres.address);
  if (fix) {
    const message = `postgres.address is '${postgres.address}': ${fix}`;
    yield { path: node.path, rule: 'environment/postgres', message };
  }
  const [kafka, rabbitmq] = [externalServer(environment.kafka), externalServer(environment.rabbitmq)];
  for (const address of [...(kafka?.addresses ?? []), ...(rabbitmq ? [rabbitmq.address] : [])]) {
    const fix = hostAndPort(address);
    if (!fix) continue;
    yield { path: node.path, rule: RULE, message: `broker address is '${address}': ${fix}` };
  }
  if (kafka) {
    const { addresses, networkCidr, replicationFactor = 3, minInSyncReplicas } = kafka;
    if (hasIstio && addresses.length > 1 && !networkCidr) {
      // A sidecar routes TCP connections by destination address only.
      const message = `kafka has ${addresses.length} brokers, which sidecars cannot tell apart: set kafka.networkCidr`;
      yield { path: node.path, rule: RULE, message };
    }
    for (const finding of [
      ...numberFindings(RULE, 'kafka.replicationFactor', replicationFactor, {
        min: 1,
        max: UNBOUNDED,
        isInteger: true,
      }),
      ...numberFindings(RULE, 'kafka.minInSyncReplicas', minInSyncReplicas, {
        min: 1,
        max: replicationFactor,
        isInteger: true,
      }),
    ]) {
      yield { path: node.path, ...finding };
    }
  }
  const queueRange = { min: 1, max: UNBOUNDED, isInteger: true };
  for (const finding of numberFindings(
    RULE,
    'rabbitmq.maxQueueLength',
    rabbitmq?.maxQueueLength,
    queueRange,
  )) {
    yield { path: node.path, ...finding };
  }
  for (const topic of topics) {
    for (const finding of [
      ...numberFindings('topic/partitions', 'partitions', topic.partitions, {
        min: 1,
        max: 10_000,
        isInteger: true,
      }),
      ...durationFindings('topic/retention', 'retention', topic.retention, 1, MAX_RETENTION_MS),
    ]) {
      yield { path: topic.node.path, ...finding };
    }
  }
};

function externalServer<Server>(server: Server | 'in-cluster' | undefined): Server | undefined {
  return server === 'in-cluster' ? undefined : server;
}
