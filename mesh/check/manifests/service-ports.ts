import type { ServicePort, ServiceSpec } from '../../../imports/kubernetes.ts';
import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { type ManifestRule, type ManifestSet, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';
import { podContainers } from '../rules/pod-containers.ts';
import { hasPort } from './probes.ts';

/**
 * Port names from which Istio derives the protocol.
 *
 * @see https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/
 */
const PROTOCOL = /^(grpc-web|grpc|http2?|https|tcp|tls|mongo|mysql|redis|udp)(-|$)/;

/** Requires Service ports to target ports of the selected pods and, in a mesh, to declare their protocol. */
export const servicePorts: ManifestRule = function* (set) {
  const isMesh = set.allOfKind('PeerAuthentication').length > 0;
  for (const manifest of set.ofKind('Service')) {
    const { ports = [] } = specOf<ServiceSpec>(manifest);
    for (const port of ports) {
      yield* targetProblems(set, manifest, port);
      if (!isMesh || port.appProtocol || PROTOCOL.test(port.name ?? '')) continue;
      const fix =
        "Istio cannot determine its protocol; start the name with 'grpc-', 'http-' or 'tcp-', or set appProtocol";
      yield problem(
        manifest,
        'service/protocol',
        `the name of port ${port.port}`,
        port.name ?? 'missing',
        fix,
      );
    }
  }
};

function* targetProblems(
  set: ManifestSet,
  manifest: Manifest,
  { port, targetPort = port }: ServicePort,
): Generator<Problem> {
  const { selector } = specOf<ServiceSpec>(manifest);
  if (!selector) return;
  for (const pod of set.podsWithLabels(namespaceOf(manifest), selector)) {
    if (podContainers(pod.spec).some((container) => hasPort(container, targetPort))) continue;
    const portNames = pod.spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name, containerPort }) => name ?? containerPort),
    );
    const { kind, metadata } = pod.manifest.object;
    const fix = `the pods of ${kind} ${metadata.name} have ${portNames.join(', ') || 'no ports'}; use one of their ports`;
    yield problem(manifest, 'service/target-port', `the targetPort of port ${port}`, targetPort, fix);
  }
}
