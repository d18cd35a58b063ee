import type { Ports } from './ports.ts';
import type { Container, Workload } from './workload.ts';

/** One replica of a workload that runs as a local process. */
export interface LocalPod {
  /** Name of the container, with a suffix such as `-2` from the second replica on. */
  readonly name: string;
  readonly workload: Workload;
  readonly container: Container;
  /** Local ports by container port. */
  readonly ports: ReadonlyMap<number, number>;
}

/**
 * Assigns a name and local ports to each replica of the workloads.
 *
 * @param edgePort local port of the first container port named `http`; undefined to choose one
 * @throws Error if `edgePort` is in use
 */
export async function placePods(
  workloads: readonly Workload[],
  ports: Ports,
  edgePort: number | undefined,
): Promise<readonly LocalPod[]> {
  const pods: LocalPod[] = [];
  for (const workload of workloads) {
    const [container] = workload.spec.template.spec.containers;
    const isShared = workloads.some((other) => other !== workload && containerName(other) === container.name);
    const base = isShared ? workload.metadata.name : container.name;
    for (let replica = 1; replica <= workload.spec.replicas; replica++) {
      const name = replica === 1 ? base : `${base}-${replica}`;
      const local = new Map<number, number>();
      for (const port of container.ports) {
        const isFirstEdge = port.name === 'http' && pods.every((pod) => localPort(pod, 'http') === undefined);
        const requiredPort = isFirstEdge ? edgePort : undefined;
        local.set(port.containerPort, await ports.assign(`${name}:${port.containerPort}`, requiredPort));
      }
      pods.push({ name, workload, container, ports: local });
    }
  }
  return pods;
}

function containerName(workload: Workload): string {
  return workload.spec.template.spec.containers[0].name;
}

/** Returns the local port of a container port, given by name or number; undefined if there is no such port. */
export function localPort(pod: LocalPod, port: string | number): number | undefined {
  const match = pod.container.ports.find(
    ({ name, containerPort }) => name === port || containerPort === port,
  );
  return match && pod.ports.get(match.containerPort);
}
