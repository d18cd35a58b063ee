import type { Container, Workload } from './manifests.ts';
import type { Ports } from './ports.ts';

/** One replica of a workload, with the ports it has on this machine. */
export interface LocalPod {
  /** For the log: `order`, or `order-2` for the second replica. */
  readonly name: string;
  readonly workload: Workload;
  readonly container: Container;
  /** Local port by container port. */
  readonly ports: ReadonlyMap<number, number>;
}

/**
 * Gives every replica of the workloads a name and its ports.
 *
 * @param gatewayPort the local port of the container port `http`
 * @throws Error when that port is in use
 */
export async function placePods(
  workloads: readonly Workload[],
  ports: Ports,
  gatewayPort: number | undefined,
): Promise<readonly LocalPod[]> {
  const pods: LocalPod[] = [];
  for (const workload of workloads) {
    const [container] = workload.spec.template.spec.containers;
    const shared = workloads.some((other) => other !== workload && containerName(other) === container.name);
    const base = shared ? workload.metadata.name : container.name;
    for (let replica = 1; replica <= workload.spec.replicas; replica++) {
      const name = replica === 1 ? base : `${base}-${replica}`;
      const local = new Map<number, number>();
      for (const port of container.ports) {
        const wanted = port.name === 'http' && replica === 1 ? gatewayPort : undefined;
        local.set(port.containerPort, await ports.assign(`${name}:${port.containerPort}`, wanted));
      }
      pods.push({ name, workload, container, ports: local });
    }
  }
  return pods;
}

function containerName(workload: Workload): string {
  return workload.spec.template.spec.containers[0].name;
}

/** The local port of a container port, given as Kubernetes does: by its name or its number. */
export function localPort(pod: LocalPod, port: string | number): number | undefined {
  const found = pod.container.ports.find(
    ({ name, containerPort }) => name === port || containerPort === port,
  );
  return found && pod.ports.get(found.containerPort);
}
