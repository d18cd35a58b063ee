import type { Container, Probe } from '../../../imports/kubernetes.ts';
import { type ManifestRule, problem } from '../rules/manifest-set.ts';

/** Probes ask ports that their containers have. */
export const probes: ManifestRule = function* ({ pods }) {
  for (const { manifest, spec } of pods) {
    for (const container of spec.containers) {
      for (const field of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
        const port = portOf(container[field]);
        if (port === undefined || hasPort(container, port)) continue;
        const known = (container.ports ?? [])
          .map(({ name, containerPort }) => name ?? containerPort)
          .join(', ');
        yield problem(
          manifest,
          'pod/probe',
          `the port of ${field} of container ${container.name}`,
          port,
          `the container has ${known || 'no ports'}; use one of its ports`,
        );
      }
    }
  }
};

function portOf(probe: Probe | undefined): string | number | undefined {
  return probe?.httpGet?.port ?? probe?.tcpSocket?.port ?? probe?.grpc?.port;
}

export function hasPort({ ports = [] }: Container, port: string | number): boolean {
  return ports.some(({ name, containerPort }) => port === name || port === containerPort);
}
