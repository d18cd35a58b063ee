import { type LocalPod, localPort } from './local-pod.ts';
import type { ManifestService } from './manifests.ts';

/** Local address of a pod, with the version of its service if the pod has a `version` label. */
export type EndpointEntry = string | { readonly address: string; readonly version: string };

/** Local addresses by the cluster-internal `host:port`, such as `name.namespace.svc.cluster.local:80`. */
export type Endpoints = Readonly<Record<string, readonly EndpointEntry[]>>;

/** Resolves the ports of Services to the local addresses of the pods that they select. */
export function endpointsOf(services: readonly ManifestService[], pods: readonly LocalPod[]): Endpoints {
  return Object.fromEntries(
    services.flatMap((service) => {
      const { name, namespace } = service.metadata;
      const selected = pods.filter((pod) => selects(service, pod));
      return service.spec.ports.flatMap(({ port, targetPort }) => {
        const addresses = selected.flatMap((pod) => {
          const local = localPort(pod, targetPort ?? port);
          return local === undefined ? [] : [entry(`127.0.0.1:${local}`, pod)];
        });
        return addresses.length > 0 ? [[`${name}.${namespace}.svc.cluster.local:${port}`, addresses]] : [];
      });
    }),
  );
}

function entry(address: string, { workload }: LocalPod): EndpointEntry {
  const { version } = workload.spec.template.metadata.labels;
  return version === undefined ? address : { address, version };
}

function selects(service: ManifestService, pod: LocalPod): boolean {
  const selector = Object.entries(service.spec.selector);
  const { labels } = pod.workload.spec.template.metadata;
  return (
    selector.length > 0 &&
    service.metadata.namespace === pod.workload.metadata.namespace &&
    selector.every(([key, value]) => labels[key] === value)
  );
}
