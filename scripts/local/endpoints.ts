import type { Service } from './manifests.ts';
import { localPort, type Pod } from './pod.ts';

/** Local addresses by the address that the cluster's DNS would know. */
export type Endpoints = Readonly<Record<string, readonly string[]>>;

/** What the Services say, with the ports of this machine. */
export function endpointsOf(services: readonly Service[], pods: readonly Pod[]): Endpoints {
  return Object.fromEntries(
    services.flatMap((service) => {
      const { name, namespace } = service.metadata;
      const selected = pods.filter((pod) => selects(service, pod));
      return service.spec.ports.flatMap(({ port, targetPort }) => {
        const addresses = selected.flatMap((pod) => {
          const local = localPort(pod, targetPort ?? port);
          return local === undefined ? [] : [`127.0.0.1:${local}`];
        });
        return addresses.length > 0 ? [[`${name}.${namespace}.svc.cluster.local:${port}`, addresses]] : [];
      });
    }),
  );
}

function selects(service: Service, pod: Pod): boolean {
  const wanted = Object.entries(service.spec.selector);
  const { labels } = pod.workload.spec.template.metadata;
  return (
    wanted.length > 0 &&
    service.metadata.namespace === pod.workload.metadata.namespace &&
    wanted.every(([key, value]) => labels[key] === value)
  );
}
