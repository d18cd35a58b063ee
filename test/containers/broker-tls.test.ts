import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AppKafkaEvents, AppRabbitmqEvents } from '../../mesh/policy/app-events.ts';
import type { AppTls } from '../../mesh/policy/tls.ts';
import { BrokerContainer, freePort, PASSWORD, USER } from '../../scripts/lab/brokers/broker-container.ts';
import { KafkaBroker } from '../../services/kit/events/kafka/kafka-broker.ts';
import { RabbitmqBroker } from '../../services/kit/events/rabbitmq/rabbitmq-broker.ts';
import { createAuthority } from '../certificates.ts';
import { recordedLog } from '../services/kit/recorded-log.ts';

/** The broker's certificate is for 127.0.0.1, not for localhost. The broker requires client certificates. */
const AUTHORITY = createAuthority('CA of the broker');
const SERVER = AUTHORITY.issue({ commonName: 'broker', hosts: ['127.0.0.1'] });
const CLIENT = AUTHORITY.issue({ commonName: 'order' });

const TOPICS = {
  publishes: ['orders'],
  consumes: [],
  messageTypes: { orders: [] },
  retention: { orders: '1h' },
} as const;
const clientCertificate = { certificate: 'client.crt', key: 'client.key' };
const TLS: AppTls = { mode: 'verify-full', ca: 'ca.crt', clientCertificate };

/** Wrong settings of a service, with a part of the error message. */
const INVALID_SETTINGS: readonly (readonly [string, AppTls, string])[] = [
  [
    'another CA',
    { mode: 'verify-full', ca: 'other.crt', clientCertificate },
    'not in the CA of this process',
  ],
  ['no client certificate', { mode: 'verify-full', ca: 'ca.crt' }, 'set tls.clientCertificate'],
];

let folder: string;
let rabbitmq: BrokerContainer;
let kafka: BrokerContainer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-broker-tls-'));
  // The user of the container reads the folder too.
  chmodSync(folder, 0o755);
  const files = {
    'ca.crt': AUTHORITY.certificate,
    'other.crt': createAuthority('another CA').certificate,
    'client.crt': CLIENT.certificate,
    'client.key': CLIENT.key,
    'server.crt': SERVER.certificate,
    'server.key': SERVER.key,
    'server.pem': SERVER.key + SERVER.certificate,
    'rabbitmq.conf': `listeners.tcp = none
listeners.ssl.default = 5672
ssl_options.cacertfile = /etc/weft/ca.crt
ssl_options.certfile = /etc/weft/server.crt
ssl_options.keyfile = /etc/weft/server.key
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = true
`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text, { mode: 0o644 });
  rabbitmq = await BrokerContainer.start('rabbitmq', {
    folder,
    variables: { RABBITMQ_CONFIG_FILE: '/etc/weft/rabbitmq.conf' },
  });
  const port = await freePort();
  kafka = await BrokerContainer.start('kafka', {
    port,
    folder,
    variables: {
      // SCRAM users are created through the internal listener.
      KAFKA_LISTENERS: 'CLIENT://:9092,INTERNAL://localhost:9094,CONTROLLER://:9093',
      KAFKA_ADVERTISED_LISTENERS: `CLIENT://127.0.0.1:${port},INTERNAL://localhost:9094`,
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENT:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT',
      KAFKA_SSL_KEYSTORE_TYPE: 'PEM',
      KAFKA_SSL_KEYSTORE_LOCATION: '/etc/weft/server.pem',
      KAFKA_SSL_TRUSTSTORE_TYPE: 'PEM',
      KAFKA_SSL_TRUSTSTORE_LOCATION: '/etc/weft/ca.crt',
      KAFKA_LISTENER_NAME_CLIENT_SSL_CLIENT_AUTH: 'required',
      KAFKA_SASL_ENABLED_MECHANISMS: 'PLAIN,SCRAM-SHA-512',
      KAFKA_LISTENER_NAME_CLIENT_SCRAM___SHA___512_SASL_JAAS_CONFIG:
        'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    },
  });
});
afterAll(async () => {
  await Promise.all([rabbitmq?.remove(), kafka?.remove()]);
  rmSync(folder, { recursive: true });
});

/** Opens a broker client as a service does, then closes it. */
async function openRabbitmq(tls: AppTls | undefined, { host = '127.0.0.1', startTimeoutMs = 0 } = {}) {
  const config: AppRabbitmqEvents = {
    broker: 'rabbitmq',
    address: `${host}:${rabbitmq.port}`,
    vhost: '/',
    user: USER,
    ...(tls && { tls }),
    consumers: { orders: ['audit'] },
    maxQueueLength: 100,
    ...TOPICS,
  };
  const { log } = recordedLog();
  const timeouts = { startTimeoutMs };
  const broker = await RabbitmqBroker.open({
    config,
    password: PASSWORD,
    service: 'order',
    log,
    timeouts,
    tlsFolder: folder,
  });
  await broker.close();
}

interface KafkaAccess {
  readonly host?: string;
  readonly startTimeoutMs?: number;
  readonly mechanism?: 'plain' | 'scram-sha-512';
}

async function openKafka(tls: AppTls | undefined, access: KafkaAccess = {}) {
  const { host = '127.0.0.1', startTimeoutMs = 0, mechanism = 'plain' } = access;
  const config: AppKafkaEvents = {
    broker: 'kafka',
    addresses: [`${host}:${kafka.port}`],
    sasl: { mechanism, user: USER },
    ...(tls && { tls }),
    topics: { orders: { partitions: 1, replicationFactor: 1, minInSyncReplicas: 1, retention: '1h' } },
    ...TOPICS,
  };
  const { log } = recordedLog();
  const timeouts = { startTimeoutMs };
  const broker = await KafkaBroker.open({
    config,
    password: PASSWORD,
    service: 'order',
    log,
    timeouts,
    tlsFolder: folder,
  });
  await broker.close();
}

describe.each([
  ['RabbitMQ', openRabbitmq],
  ['Kafka', openKafka],
] as const)('%s with TLS', (name, open) => {
  test('accepts a client that verifies the broker and presents a certificate', async () => {
    await open(TLS, { startTimeoutMs: 120_000 });
    await open({ mode: 'require', clientCertificate });
  });

  test('is rejected by verify-full, but not by verify-ca, under a host name that its certificate does not have', async () => {
    await expect(open(TLS, { host: 'localhost' })).rejects.toThrow('the certificate is for another host');
    await open({ mode: 'verify-ca', ca: 'ca.crt', clientCertificate }, { host: 'localhost' });
  });

  test.each(INVALID_SETTINGS)(
    'rejects a client with %s, and the error names the fix',
    async (_, tls, advice) => {
      await expect(open(tls)).rejects.toThrow(advice);
    },
  );

  test('rejects a client without TLS', async () => {
    await expect(open(undefined)).rejects.toThrow(`with ${name} at 127.0.0.1:`);
  });
});

test('Kafka accepts SCRAM-SHA-512 over TLS', async () => {
  await kafka.exec(
    ...['/opt/kafka/bin/kafka-configs.sh', '--bootstrap-server', 'localhost:9094', '--alter'],
    ...['--entity-type', 'users', '--entity-name', USER],
    ...['--add-config', `SCRAM-SHA-512=[password=${PASSWORD}]`],
  );
  await openKafka(TLS, { startTimeoutMs: 60_000, mechanism: 'scram-sha-512' });
});
