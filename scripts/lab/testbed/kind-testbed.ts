import { Service } from '../../../mesh/graph/service.ts';
import { readGatewayAddress } from '../../operate/cluster/gateway-address.ts';
import type { PodObject } from '../../operate/cluster/pod.ts';
import { openPodProxy } from '../../operate/cluster/pod-proxy.ts';
import { isReady } from '../../operate/cluster/pod-report.ts';
import { createPodClient, type PodClient } from './pod-client.ts';
import type { Testbed } from './testbed.ts';

export interface KindTestbed extends Testbed {
  readonly pods: PodClient;
  /** URL of the API server, without a path. */
  readonly apiUrl: string;
}

/** Pods of databases and brokers, which are not replicas of a service. */
const INFRASTRUCTURE = ['postgres', 'kafka', 'rabbitmq'];

/**
 * Passes the shop in the kind cluster to `use`, and closes the connection to the cluster afterwards.
 * @throws Error if the cluster does not answer
 */
export async function withKindTestbed<T>(
  signal: AbortSignal,
  use: (testbed: KindTestbed) => Promise<T>,
): Promise<T> {
  const ingressUrl = await readGatewayAddress({ signal });
  const proxy = await openPodProxy();
  const pods = createPodClient(proxy, signal);
  const replicaOf = ({ metadata: { name, labels } }: PodObject) => ({
    service: labels.app ?? '',
    name,
    process: name,
    adminUrl: proxy.portOf(name, Service.adminPort),
  });
  try {
    return await use({
      where: 'kind',
      ingressUrl,
      replicas: async (service) =>
        (await pods.list(service))
          .filter(isReady)
          .map(replicaOf)
          .filter((replica) => !INFRASTRUCTURE.includes(replica.service))
          .toSorted((a, b) => a.name.localeCompare(b.name)),
      pods,
      apiUrl: proxy.url,
    });
  } finally {
    await proxy.close();
  }
}
