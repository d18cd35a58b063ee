import { durationFindings, numberFindings } from '../../policy/finding.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { hostAndPort } from '../rules/name-rules.ts';

const RULE = 'environment/broker';
/** A hundred years: Kafka and Postgres take more, people do not mean it. */
const MAX_RETENTION_MS = 100 * 365 * 24 * 3_600_000;
const ANY = Number.POSITIVE_INFINITY;

/** The broker that an environment names is said where it is, and can do what its topics ask for. */
export const brokers: GraphRule = function* ({ environment, topics, node }) {
  const { broker, hasIstio, isCluster = true } = environment;
  const where = broker === 'postgres' ? undefined : environment[broker];
  if (topics.length > 0 && broker !== 'postgres' && !where) {
    const message = `environment '${environment.name}' has topics in ${broker} and does not say where that is: give '${broker}'`;
    yield { path: node.path, rule: RULE, message };
  }
  if (where === 'in-cluster' && !isCluster) {
    const message = `environment '${environment.name}' has its ${broker} in the cluster, and no cluster: give ${broker} an address`;
    yield { path: node.path, rule: RULE, message };
  }
  const { postgres } = environment;
  const change = postgres && hostAndPort(postgres.address);
  if (change) {
    const message = `postgres.address is '${postgres.address}': ${change}`;
    yield { path: node.path, rule: 'environment/postgres', message };
  }
  const [kafka, rabbitmq] = [outside(environment.kafka), outside(environment.rabbitmq)];
  for (const address of [...(kafka?.addresses ?? []), ...(rabbitmq ? [rabbitmq.address] : [])]) {
    const change = hostAndPort(address);
    if (!change) continue;
    yield { path: node.path, rule: RULE, message: `address '${address}' of the broker: ${change}` };
  }
  if (kafka) {
    const { addresses, networkCidr, replicationFactor = 3, minInSyncReplicas } = kafka;
    if (hasIstio && addresses.length > 1 && !networkCidr) {
      // Sidecars tell connections without HTTP apart by their addresses alone.
      const message = `kafka has ${addresses.length} brokers, and sidecars cannot tell them apart: give kafka.networkCidr`;
      yield { path: node.path, rule: RULE, message };
    }
    for (const finding of [
      ...numberFindings(RULE, 'kafka.replicationFactor', replicationFactor, {
        min: 1,
        max: ANY,
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
  const queueRange = { min: 1, max: ANY, isInteger: true };
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

function outside<Server>(server: Server | 'in-cluster' | undefined): Server | undefined {
  return server === 'in-cluster' ? undefined : server;
}
