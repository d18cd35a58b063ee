import { RABBITMQ } from '../../mesh/compile/peers/broker.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { brokerUsers } from './broker-users.ts';
import { PASSWORDS_PATH, passwordsVolume } from './passwords.ts';
import { rabbitmqDefinitions } from './rabbitmq-definitions.ts';
import { addStartScript } from './start-script.ts';
import { addStatefulServer } from './stateful-server.ts';

/** Half of the memory limit. RabbitMQ blocks publishers above it. */
const MEMORY_WATERMARK = 'vm_memory_high_watermark.absolute = 256MiB';
const HOME = '/var/lib/rabbitmq';

/**
 * Adds a single RabbitMQ node for all topics. The node imports users and permissions at every start.
 * @param storageGiB size of the volume, in GiB
 * @returns the secrets that the node needs
 */
export function addRabbitmq(platform: Platform, storageGiB: number): readonly SecretKey[] {
  const users = brokerUsers(platform);
  const secrets = users.map(({ password }) => password);
  const definitions = rabbitmqDefinitions(users);
  const script = addStartScript(platform, {
    name: RABBITMQ.name,
    file: 'definitions.json',
    text: definitions,
    start: 'docker-entrypoint.sh rabbitmq-server',
    settings: (definitions) => ({
      'rabbitmq.conf': `load_definitions = ${definitions}\n${MEMORY_WATERMARK}\n`,
    }),
  });
  const settings = {
    RABBITMQ_CONFIG_FILE: script.pathOf('rabbitmq.conf'),
    // Disables busy waiting of schedulers, which takes CPU from other processes on a small machine.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    // Without a limit, Erlang allocates a table for as many ports as a process may open files.
    ERL_MAX_PORTS: '4096',
  };
  addStatefulServer(platform, {
    ...RABBITMQ,
    // User `rabbitmq` of the image.
    uid: 999,
    container: {
      image: 'rabbitmq:4-management',
      command: script.command,
      env: Object.entries(settings).map(([name, value]) => ({ name, value })),
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '512Mi' } },
      volumeMounts: [
        // Contains the Erlang cookie, which must be readable only by its owner. Kubernetes makes volumes
        // group-readable.
        { name: 'home', mountPath: HOME },
        { name: 'data', mountPath: `${HOME}/mnesia` },
        ...script.mounts,
        { name: 'passwords', mountPath: PASSWORDS_PATH, readOnly: true },
        // Erlang writes startup and crash logs here, regardless of the log settings.
        { name: 'logs', mountPath: '/var/log/rabbitmq' },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    },
    probe: { tcpSocket: { port: 'tcp-rabbitmq' } },
    volumes: [
      ...script.volumes,
      passwordsVolume(secrets),
      { name: 'home', emptyDir: { sizeLimit: '16Mi' } },
      { name: 'logs', emptyDir: { sizeLimit: '64Mi' } },
      { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } },
    ],
    storageGiB,
    podAnnotations: script.podAnnotations,
  });
  return secrets;
}
