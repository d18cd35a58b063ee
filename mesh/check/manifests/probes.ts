import type { Container, Probe } from '../../../imports/kubernetes.ts';
import { type ManifestRule, problem } from '../rules/manifest-set.ts';

/** Requires probes to use ports that their container declares. */
export const probes: ManifestRule = function* ({ pods }) {
  for (const { manifest, spec } of pods) {
    for (const container of spec.containers) {
      for (const field of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
        const port = portOf(container[field]);
        if (port === undefined || hasPort(container, port)) continue;
        const portNames = (container.ports ?? [])
          .map(({ name, containerPort }) => name ?? containerPort)
          .join(', ');
        yield problem(
          manifest,
          'pod/probe',
          `the port of ${field} of container ${container.name}`,
          port,
          `the container has ${portNames || 'no ports'}; use one of its ports`,
        );
      }
    }
  }
};

function portOf(probe: Probe | undefined): string | number | undefined {
  return probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
}

/** Returns whether a container declares a port, given by name or number. */
export function hasPort({ ports = [] }: Container, port: string | number): boolean {
  return ports.some(({ name, containerPort }) => port === name || port === containerPort);
}
