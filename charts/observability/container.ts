import { Duration, Size } from 'cdk8s';
import {
  Capability,
  type ContainerProps,
  Cpu,
  ImagePullPolicy,
  Probe,
  SeccompProfileType,
  type VolumeMount,
} from 'cdk8s-plus-28';
import { partPorts } from './access.ts';
import { PART_IMAGES, PART_NAMES } from './names.ts';
import type { ObservabilityServer } from './observability-server.ts';
import type { ObservabilitySettings } from './settings.ts';

/** Returns the container of a part: restricted like those of services, with probes and a memory limit. */
export function container(
  { part, uid, args = [], env = {}, probe, cpuMillis, memoryMiB }: ObservabilityServer,
  settings: ObservabilitySettings,
  volumeMounts: readonly VolumeMount[],
): ContainerProps {
  const { sizeFactor = 1 } = settings;
  const memory = Size.mebibytes(Math.ceil(memoryMiB * sizeFactor));
  const ports: readonly { readonly name: string; readonly port: number }[] = partPorts(settings)[part];
  const healthPort = ports.some(({ port }) => port === probe.port)
    ? []
    : [{ name: 'http-health', number: probe.port }];
  const request = (periodSeconds: number, failureThreshold: number) =>
    Probe.fromHttpGet(probe.path, {
      port: probe.port,
      periodSeconds: Duration.seconds(periodSeconds),
      timeoutSeconds: Duration.seconds(3),
      failureThreshold,
    });
  return {
    name: PART_NAMES[part],
    image: PART_IMAGES[part],
    imagePullPolicy: ImagePullPolicy.IF_NOT_PRESENT,
    args: [...args],
    envVariables: Object.fromEntries(
      Object.entries({
        // Makes Go collect garbage before the limit of the container is reached.
        GOMEMLIMIT: `${Math.floor(memory.toMebibytes() * 0.8)}MiB`,
        ...env,
      }).map(([name, value]) => [name, { value }]),
    ),
    ports: [...ports.map(({ name, port }) => ({ name, number: port })), ...healthPort],
    resources: {
      cpu: { request: Cpu.millis(Math.ceil(cpuMillis * sizeFactor)) },
      memory: { request: memory, limit: memory },
    },
    volumeMounts: [...volumeMounts],
    startup: request(2, 90),
    readiness: request(5, 3),
    liveness: request(10, 6),
    securityContext: {
      user: uid,
      group: uid,
      ensureNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: [Capability.ALL] },
      seccompProfile: { type: SeccompProfileType.RUNTIME_DEFAULT },
    },
  };
}
