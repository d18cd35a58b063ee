import { setTimeout as delay } from 'node:timers/promises';
import { Service } from '../../../mesh/graph/service.ts';
import { kubectl, NAMESPACE } from '../../operate/cluster/kubectl.ts';
import type { PodObject } from '../../operate/cluster/pod.ts';
import type { PodProxy } from '../../operate/cluster/pod-proxy.ts';
import { isReady, shopPods } from '../../operate/cluster/pod-report.ts';
import { waitForRollout } from '../../operate/cluster/rollout.ts';
import { administer } from './administer.ts';
import { containersUsed } from './kubelet.ts';
import { told } from './metrics.ts';
import type { Replica, Stage } from './stage.ts';

const PATIENCE_MS = 180_000;
/** Servers of data, which are no replicas of a service. */
const SERVERS = ['postgres', 'kafka', 'rabbitmq'];
/** Milliseconds between looks. */
const INTERVAL = 250;

/** The shop in the cluster. @param door address of the ingress gateway */
export function kindStage(door: string, proxy: PodProxy, signal: AbortSignal): Stage {
  const options = { signal };
  const admin = (pod: string) => administer(proxy.portOf(pod, Service.adminPort));
  const pods = async (service?: string): Promise<readonly PodObject[]> =>
    (await shopPods(options))
      .filter((pod) => isReady(pod) && !SERVERS.includes(serviceOf(pod)))
      .filter((pod) => service === undefined || serviceOf(pod) === service)
      .toSorted((a, b) => a.metadata.name.localeCompare(b.metadata.name));
  const deployment = (service: string) => [`deployment/${service}-v1`, `--namespace=${NAMESPACE}`];

  return {
    door,
    replicas: async (service) => (await pods(service)).map(replicaOf),
    rehearse: ({ name }, trouble) => admin(name).rehearse(trouble),
    keys: ({ name }) => admin(name).keys(),
    async restart(service) {
      await kubectl(['rollout', 'restart', ...deployment(service)], options);
      await waitForRollout('statefulsets,deployments', { ...options, rolloutTimeoutMs: PATIENCE_MS });
    },
    async scale(service, replicas) {
      await kubectl(['scale', ...deployment(service), `--replicas=${replicas}`], options);
      while ((await pods(service)).length !== replicas) await delay(INTERVAL, undefined, options);
    },
    async read() {
      const [used, counted] = await Promise.all([
        containersUsed(proxy.url),
        Promise.all(
          (await pods()).map(async (pod) => {
            const { name } = pod.metadata;
            return told(await admin(name).metrics(), replicaOf(pod), name).counted;
          }),
        ),
      ]);
      return { counted, ...used };
    },
  };
}

function serviceOf({ metadata }: PodObject): string {
  return metadata.labels?.app ?? '';
}

function replicaOf(pod: PodObject): Replica {
  return { service: serviceOf(pod), name: pod.metadata.name };
}
