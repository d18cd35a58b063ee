import { availableParallelism, hostname, totalmem } from 'node:os';
import type { LocalPod } from './local-pod.ts';
import { parseQuantity } from './parse-quantity.ts';
import type { Container } from './workload.ts';

const LOOPBACK = '127.0.0.1';

/**
 * Returns the value of a `fieldRef` on this machine.
 *
 * @throws Error if the downward API has no such field
 * @see https://kubernetes.io/docs/concepts/workloads/pods/downward-api/
 */
export function podField(path: string, pod: LocalPod): string {
  const { metadata, spec } = pod.workload.spec.template;
  const keyed = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(path);
  if (keyed) {
    const [, map, key = ''] = keyed;
    return (map === 'labels' ? metadata.labels : metadata.annotations)[key] ?? '';
  }
  switch (path) {
    case 'metadata.name':
    case 'metadata.uid':
      return pod.name;
    case 'metadata.namespace':
      return pod.workload.metadata.namespace;
    case 'metadata.labels':
      return lines(metadata.labels);
    case 'metadata.annotations':
      return lines(metadata.annotations);
    case 'spec.nodeName':
      return hostname();
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default';
    case 'status.podIP':
    case 'status.podIPs':
    case 'status.hostIP':
    case 'status.hostIPs':
      return LOOPBACK;
    default:
      throw new Error(
        `${pod.workload.metadata.name}: the downward API has no field '${path}'; use metadata.name, metadata.namespace or another supported field`,
      );
  }
}

/**
 * Returns the value of a `resourceFieldRef`: the limit or request of a container in units of the divisor, rounded up.
 * The default of a limit is the capacity of the machine.
 *
 * @throws Error for a resource other than cpu and memory
 */
export function containerResource(
  ref: { readonly resource: string; readonly divisor?: string | number | undefined },
  { name, resources }: Container,
): string {
  const [, kind, resource] = /^(limits|requests)\.(cpu|memory)$/.exec(ref.resource) ?? [];
  if (kind === undefined || resource === undefined)
    throw new Error(
      `container ${name}: the local run does not support resource '${ref.resource}'; use cpu or memory`,
    );
  const limit = resources.limits[resource] ?? (resource === 'cpu' ? availableParallelism() : totalmem());
  const value = kind === 'limits' ? limit : (resources.requests[resource] ?? resources.limits[resource] ?? 0);
  // The API defines that 0, its default, means 1.
  const divisor = parseQuantity(ref.divisor ?? 0) || 1;
  return String(Math.ceil(parseQuantity(value) / divisor));
}

function lines(map: Readonly<Record<string, string>>): string {
  return Object.entries(map)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n');
}
