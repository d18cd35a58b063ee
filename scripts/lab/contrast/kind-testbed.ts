import { setTimeout as delay } from 'node:timers/promises';
import { Service } from '../../../mesh/graph/service.ts';
import { kubectl, NAMESPACE } from '../../operate/cluster/kubectl.ts';
import type { PodObject } from '../../operate/cluster/pod.ts';
import type { PodProxy } from '../../operate/cluster/pod-proxy.ts';
import { isReady, listShopPods } from '../../operate/cluster/pod-report.ts';
import { waitForRollout } from '../../operate/cluster/rollout.ts';
import { createAdminClient } from './admin-client.ts';
import { readContainerUsage } from './container-usage.ts';
import { parseReplicaMetrics } from './replica-metrics.ts';
import type { ContrastTestbed, Replica } from './testbed.ts';

const ROLLOUT_TIMEOUT_MS = 180_000;
const POLL_INTERVAL_MS = 250;
/** Pods of databases and brokers, which are not replicas of a service. */
const INFRASTRUCTURE = ['postgres', 'kafka', 'rabbitmq'];

/**
 * Returns a testbed of the shop in the kind cluster.
 * @param ingressUrl URL of the ingress gateway
 */
export function createKindTestbed(ingressUrl: string, proxy: PodProxy, signal: AbortSignal): ContrastTestbed {
  const options = { signal };
  const adminOf = (pod: string) => createAdminClient(proxy.portOf(pod, Service.adminPort));
  const readyPods = async (service?: string): Promise<readonly PodObject[]> =>
    (await listShopPods(options))
      .filter((pod) => isReady(pod) && !INFRASTRUCTURE.includes(serviceOf(pod)))
      .filter((pod) => service === undefined || serviceOf(pod) === service)
      .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const deployment = (service: string) => [`deployment/${service}-v1`, `--namespace=${NAMESPACE}`];

  return {
    ingressUrl,
    replicas: async (service) => (await readyPods(service)).map(replicaOf),
    injectFault: ({ name }, fault) => adminOf(name).injectFault(fault),
    countKeys: ({ name }) => adminOf(name).countKeys(),
    async restart(service) {
      await kubectl(['rollout', 'restart', ...deployment(service)], options);
      await waitForRollout('statefulsets,deployments', { ...options, rolloutTimeoutMs: ROLLOUT_TIMEOUT_MS });
    },
    async scale(service, replicas) {
      await kubectl(['scale', ...deployment(service), `--replicas=${replicas}`], options);
      while ((await readyPods(service)).length !== replicas)
        await delay(POLL_INTERVAL_MS, undefined, options);
    },
    async takeSnapshot() {
      const [usage, counters] = await Promise.all([
        readContainerUsage(proxy.url),
        Promise.all(
          (await readyPods()).map(async (pod) => {
            const { name } = pod.metadata;
            return parseReplicaMetrics(await adminOf(name).readMetrics(), replicaOf(pod), name).counters;
          }),
        ),
      ]);
      return { counters, ...usage };
    },
  };
}

function serviceOf({ metadata }: PodObject): string {
  return metadata.labels?.app ?? '';
}

function replicaOf(pod: PodObject): Replica {
  return { service: serviceOf(pod), name: pod.metadata.name };
}
