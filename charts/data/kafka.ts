import { KAFKA } from '../../mesh/compile/peers/broker.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { brokerUsers } from './broker-users.ts';
import { PASSWORDS_PATH, passwordsVolume } from './passwords.ts';
import { addStartScript, passwordExpression } from './start-script.ts';
import { addStatefulServer } from './stateful-server.ts';

const DATA_FOLDER = '/var/lib/kafka/data';

/**
 * Adds a single Kafka node, which is broker and controller, for all topics. Services authenticate with SASL PLAIN.
 * There are no ACLs: every service that the mesh admits and that authenticates can use every topic.
 * @param storageGiB size of the volume, in GiB
 * @returns the secrets that the node needs
 */
export function addKafka(platform: Platform, storageGiB: number): readonly SecretKey[] {
  const users = brokerUsers(platform);
  const secrets = users.map(({ password }) => password);
  const lines = users.map(({ name, password: key }) => `  user_${name}="${passwordExpression(key)}"`);
  const module = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
  const jaas = `KafkaServer {\n  ${module}\n${lines.join('\n')};\n};`;
  const script = addStartScript(platform, {
    name: KAFKA.name,
    file: 'jaas.conf',
    text: jaas,
    start: '/etc/kafka/docker/run',
  });
  addStatefulServer(platform, {
    ...KAFKA,
    // User `appuser` of the image.
    uid: 1_000,
    container: {
      image: 'apache/kafka:4.1.1',
      command: script.command,
      env: Object.entries(settings(platform, script.outputFile)).map(([name, value]) => ({ name, value })),
      resources: { requests: { cpu: '250m', memory: '640Mi' }, limits: { memory: '768Mi' } },
      volumeMounts: [
        { name: 'data', mountPath: DATA_FOLDER },
        ...script.mounts,
        { name: 'passwords', mountPath: PASSWORDS_PATH, readOnly: true },
        // The image writes its settings here, from environment variables.
        { name: 'config', mountPath: '/opt/kafka/config' },
        { name: 'logs', mountPath: '/opt/kafka/logs' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    },
    probe: { tcpSocket: { port: 'tcp-kafka' } },
    volumes: [
      ...script.volumes,
      passwordsVolume(secrets),
      { name: 'config', emptyDir: { sizeLimit: '1Mi' } },
      { name: 'logs', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
    ],
    storageGiB,
    podAnnotations: script.podAnnotations,
  });
  return secrets;
}

/**
 * Returns Kafka's settings as environment variables, which the image converts to properties:
 * https://hub.docker.com/r/apache/kafka
 */
function settings({ namespace }: Platform, jaas: string): Readonly<Record<string, string>> {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    // Clients use the first listener. The other two are internal to the node, on loopback.
    KAFKA_LISTENERS: `CLIENT://:${KAFKA.port},CONTROLLER://localhost:9093,INTERNAL://localhost:9094`,
    KAFKA_ADVERTISED_LISTENERS: `CLIENT://${KAFKA.name}.${namespace}.svc.cluster.local:${KAFKA.port},INTERNAL://localhost:9094`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CLIENT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'INTERNAL',
    KAFKA_SASL_ENABLED_MECHANISMS: 'PLAIN',
    KAFKA_OPTS: `-Djava.security.auth.login.config=${jaas}`,
    // A subfolder, because a new volume may contain lost+found, which Kafka would read as a partition.
    KAFKA_LOG_DIRS: `${DATA_FOLDER}/kraft`,
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_HEAP_OPTS: '-Xmx384m',
  };
}
