import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { checkGraph } from '../../../mesh/check/check-graph.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import { Platform } from '../../../mesh/graph/platform.ts';
import { Service } from '../../../mesh/graph/service.ts';
import { Topic, type TopicProps } from '../../../mesh/graph/topic.ts';
import { readAppConfig } from '../../../services/kit/config/app-config.ts';
import { compiled, ENVIRONMENT } from './small-platform.ts';

const KAFKA: Partial<Environment> = {
  broker: 'kafka',
  kafka: {
    addresses: ['kafka-0.test:9092', 'kafka-1.test:9093'],
    saslMechanism: 'scram-sha-512',
    tls: { mode: 'verify-ca', ca: { configMap: 'kafka-ca', key: 'ca.pem' } },
    networkCidr: '10.1.0.0/24',
  },
};
const TOPIC_TYPES = { messageTypes: { changes: ['test.v1.StockChanged'] }, retention: { changes: '168h' } };
const RABBITMQ: Partial<Environment> = { broker: 'rabbitmq', rabbitmq: { address: 'rabbitmq.test:5672' } };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-brokers-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

type Objects = ReturnType<typeof compiled>;

/** Returns the configuration of events in app.json of a service. */
function eventsConfig(objects: Objects, service: string) {
  const { data } = objects.one('ConfigMap', `${service}-app`) as unknown as { data: Record<string, string> };
  const path = join(folder, `${service}.json`);
  writeFileSync(path, data['app.json'] ?? '');
  return readAppConfig(path, service).events;
}

describe('with an external Kafka', () => {
  test('app.json has the addresses and the settings of topics', () => {
    const objects = compiled({ environment: KAFKA });
    const topics = {
      changes: { partitions: 12, replicationFactor: 3, minInSyncReplicas: 2, retention: '168h' },
    };
    const common = { broker: 'kafka', addresses: ['kafka-0.test:9092', 'kafka-1.test:9093'] };
    const tls = { tls: { mode: 'verify-ca', ca: 'kafka/ca.crt' } };
    const sasl = (user: string) => ({ mechanism: 'scram-sha-512', user });
    expect(eventsConfig(objects, 'stock')).toEqual({
      ...common,
      ...tls,
      sasl: sasl('stock_events'),
      topics,
      publishes: ['changes'],
      consumes: [],
      ...TOPIC_TYPES,
    });
    expect(eventsConfig(objects, 'audit')).toMatchObject({
      sasl: sasl('audit_events'),
      topics: {},
      consumes: ['changes'],
      ...TOPIC_TYPES,
    });
    expect(eventsConfig(objects, 'shop')).toBeUndefined();
  });

  test('only services with topics may reach it', () => {
    const objects = compiled({ environment: KAFKA });
    const ports = [{ port: 9_092 }, { port: 9_093 }];
    const egress = (name: string) =>
      objects.one('NetworkPolicy', name) as unknown as { spec: { egress: unknown[] } };
    expect(egress('audit').spec.egress).toContainEqual({ to: [{ ipBlock: { cidr: '10.1.0.0/24' } }], ports });
    expect(JSON.stringify(egress('shop'))).not.toContain('10.1.0.0/24');
    expect(JSON.stringify(objects.one('Sidecar', 'audit'))).toContain('./kafka-1.test');
    expect(JSON.stringify(objects.one('Sidecar', 'shop'))).not.toContain('kafka');
    expect(objects.one('ServiceEntry', 'broker')).toMatchObject({
      spec: { hosts: ['kafka-0.test', 'kafka-1.test'], addresses: ['10.1.0.0/24'], resolution: 'NONE' },
    });
  });

  test('services have a password if they authenticate', () => {
    const mounts = (environment: Partial<Environment>) =>
      JSON.stringify(compiled({ environment }).one('Deployment', 'audit-v1'));
    expect(mounts(KAFKA)).toContain('audit-events');
    expect(mounts({ broker: 'kafka', kafka: { addresses: ['kafka.test:9092'] } })).not.toContain(
      'audit-events',
    );
  });
});

test('with an external RabbitMQ, app.json lists the consumers of each published topic', () => {
  const objects = compiled({ environment: RABBITMQ });
  expect(eventsConfig(objects, 'stock')).toEqual({
    broker: 'rabbitmq',
    address: 'rabbitmq.test:5672',
    vhost: '/',
    user: 'stock_events',
    tls: { mode: 'verify-full' },
    consumers: { changes: ['audit'] },
    maxQueueLength: 100_000,
    publishes: ['changes'],
    consumes: [],
    ...TOPIC_TYPES,
  });
  expect(objects.one('ServiceEntry', 'broker')).toMatchObject({ spec: { resolution: 'DNS' } });
});

describe.each([
  ['kafka', 9_092],
  ['rabbitmq', 5_672],
] as const)('with %s in the cluster', (broker, port) => {
  const objects = compiled({ environment: { broker, [broker]: 'in-cluster' } });
  const host = `${broker}.small.svc.cluster.local`;

  test('app.json has the address and the user', () => {
    const events = eventsConfig(objects, 'stock');
    expect(JSON.stringify(events)).toContain(`"${host}:${port}"`);
    expect(JSON.stringify(events)).toContain('"stock_events"');
  });

  test('only services with topics may reach it', () => {
    const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
    expect(objects.one('NetworkPolicy', broker)).toMatchObject({
      spec: { ingress: [{ from: [pods('stock'), pods('audit')], ports: [{ port }] }] },
    });
    const egress = JSON.stringify({ to: [pods(broker)], ports: [{ port }] });
    expect(JSON.stringify(objects.one('NetworkPolicy', 'audit').spec)).toContain(`"app":"${broker}"`);
    expect(JSON.stringify(objects.one('NetworkPolicy', 'shop').spec)).not.toContain(egress);
    const { spec } = objects.one('AuthorizationPolicy', broker) as { readonly spec?: unknown };
    expect(JSON.stringify(spec)).toContain('sa/stock","cluster.local/ns/small/sa/audit"');
    expect(JSON.stringify(objects.one('Sidecar', 'audit'))).toContain(`./${host}`);
    expect(JSON.stringify(objects.one('Sidecar', 'shop'))).not.toContain(broker);
    expect(objects.of('ServiceEntry')).toEqual([]);
  });
});

describe('invalid broker settings', () => {
  function problems(environment: Partial<Environment>, topic: Partial<TopicProps> = {}): readonly string[] {
    const platform = new Platform(new App(), 'p', { environment: { ...ENVIRONMENT, ...environment } });
    const items = new Topic(platform, 'items', { messageTypes: [{ $type: 'test.v1.Said' }], ...topic });
    new Service(platform, 'a').publishesTo(items);
    return checkGraph(platform).map(({ rule, message }) => `${rule}: ${message}`);
  }

  test.each<[string, Partial<Environment>, Partial<TopicProps>, string]>([
    ['Kafka nowhere', { broker: 'kafka' }, {}, "has topics in kafka but no location for it: set 'kafka'"],
    [
      'in a cluster that is not there',
      { broker: 'kafka', kafka: 'in-cluster', isCluster: false },
      {},
      'places kafka in the cluster but has no cluster',
    ],
    ['RabbitMQ nowhere', { broker: 'rabbitmq' }, {}, "set 'rabbitmq'"],
    [
      'no port',
      { broker: 'kafka', kafka: { addresses: ['kafka'] } },
      {},
      "broker address is 'kafka': use host:port",
    ],
    [
      'brokers that sidecars cannot tell apart',
      { broker: 'kafka', kafka: { addresses: ['a:1', 'b:1'] } },
      {},
      'set kafka.networkCidr',
    ],
    [
      'more in sync than there are',
      { broker: 'kafka', kafka: { addresses: ['a:1'], replicationFactor: 2, minInSyncReplicas: 3 } },
      {},
      'kafka.minInSyncReplicas is 3: use a whole number from 1 to 2',
    ],
    [
      'no room in a queue',
      { broker: 'rabbitmq', rabbitmq: { address: 'a:1', maxQueueLength: 0 } },
      {},
      'rabbitmq.maxQueueLength is 0',
    ],
    ['half a partition', {}, { partitions: 0.5 }, 'topic/partitions: partitions is 0.5'],
    ['a retention without a unit', {}, { retention: '7' as '7s' }, "topic/retention: retention is '7'"],
  ])('reports %s', (_, environment, topic, expected) => {
    expect(problems(environment, topic).join('\n')).toContain(expected);
  });

  test('accepts valid settings', () => {
    expect(problems(KAFKA)).toEqual([]);
    expect(problems(RABBITMQ)).toEqual([]);
  });
});
