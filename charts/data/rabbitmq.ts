import { RABBITMQ } from '../../mesh/compile/peers/broker.ts';
import type { Platform } from '../../mesh/graph/platform.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import { brokerUsers } from './broker-users.ts';
import { PASSWORDS, passwordsVolume } from './passwords.ts';
import { rabbitmqDefinitions } from './rabbitmq-definitions.ts';
import { addStartScript } from './start-script.ts';
import { addStatefulServer } from './stateful-server.ts';

/** Half of what the container may have: beyond, publishers wait. */
const MEMORY = 'vm_memory_high_watermark.absolute = 256MiB';
const HOME = '/var/lib/rabbitmq';

/**
 * One RabbitMQ node in the cluster, for all topics. It reads users and rights at each start.
 * @returns the secrets that it needs
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
    settings: (definitions) => ({ 'rabbitmq.conf': `load_definitions = ${definitions}\n${MEMORY}\n` }),
  });
  const settings = {
    RABBITMQ_CONFIG_FILE: script.pathOf('rabbitmq.conf'),
    // On a small machine schedulers that spin for work take it from others.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    // Where a process may open any number of files, Erlang makes room for all of them.
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
        // Erlang's cookie is there, which nobody else may read: Kubernetes makes a volume readable for its group.
        { name: 'home', mountPath: HOME },
        { name: 'data', mountPath: `${HOME}/mnesia` },
        ...script.mounts,
        { name: 'passwords', mountPath: PASSWORDS, readOnly: true },
        // What happens in a start and a crash is written there, whatever the log is.
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
