import type { ServicePort, ServiceSpec } from '../../../imports/kubernetes.ts';
import type { Problem } from '../../policy/problem.ts';
import type { Manifest } from '../../render/manifest.ts';
import { type ManifestRule, type ManifestSet, namespaceOf, problem, specOf } from '../rules/manifest-set.ts';
import { podContainers } from '../rules/pod-containers.ts';
import { hasPort } from './probes.ts';

/** How Istio is told a port's protocol (https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/). */
const PROTOCOL = /^(grpc-web|grpc|http2?|https|tcp|tls|mongo|mysql|redis|udp)(-|$)/;

/** A Service's ports lead to ports of its pods, and say their protocol where a mesh is to read it. */
export const servicePorts: ManifestRule = function* (set) {
  const isMesh = set.allOfKind('PeerAuthentication').length > 0;
  for (const manifest of set.ofKind('Service')) {
    const { ports = [] } = specOf<ServiceSpec>(manifest);
    for (const port of ports) {
      yield* targetProblems(set, manifest, port);
      if (!isMesh || port.appProtocol || PROTOCOL.test(port.name ?? '')) continue;
      const change =
        "Istio cannot tell its protocol; begin the name with 'grpc-', 'http-' or 'tcp-', or set appProtocol";
      yield problem(
        manifest,
        'service/protocol',
        `the name of port ${port.port}`,
        port.name ?? 'missing',
        change,
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
    const known = pod.spec.containers.flatMap(({ ports = [] }) =>
      ports.map(({ name, containerPort }) => name ?? containerPort),
    );
    const { kind, metadata } = pod.manifest.object;
    const change = `the pods of ${kind} ${metadata.name} have ${known.join(', ') || 'no ports'}; use one of their ports`;
    yield problem(manifest, 'service/target-port', `the targetPort of port ${port}`, targetPort, change);
  }
}
