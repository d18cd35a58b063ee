import { readJson } from '../../../mesh/run/process/read-json.ts';
import { NAMESPACE } from '../../operate/cluster/kubectl.ts';
import { POD_LIST, type PodObject } from '../../operate/cluster/pod.ts';
import type { PodProxy } from '../../operate/cluster/pod-proxy.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';

/** Client of the Kubernetes API for the pods of the shop. It sends HTTP requests instead of starting kubectl for each. */
export interface PodClient {
  /** Lists the pods of a service or server, or of all, except those that are being deleted. */
  list(app?: string): Promise<readonly PodObject[]>;
  /** Deletes a pod. @param graceSeconds with 0, the API object disappears at once and the kubelet kills the containers */
  remove(pod: string, graceSeconds: number): Promise<void>;
  /** Reads the last lines that a container logged before its restart. */
  previousLog(pod: string, container: string): Promise<string>;
}

const LOG_LINES = 50;

export function createPodClient({ url }: PodProxy, signal: AbortSignal): PodClient {
  const pods = `${url}/api/v1/namespaces/${NAMESPACE}/pods`;
  return {
    async list(app) {
      const query = app ? `?labelSelector=${encodeURIComponent(`app=${app}`)}` : '';
      const url = `${pods}${query}`;
      const { items } = readJson(POD_LIST, await fetchText(url, { signal }), { name: requestName(url) });
      return items.filter(({ metadata }) => !metadata.deletionTimestamp);
    },
    async remove(pod, graceSeconds) {
      const query = `gracePeriodSeconds=${graceSeconds}`;
      await fetchText(`${pods}/${pod}?${query}`, { method: 'DELETE', signal });
    },
    previousLog: (pod, container) =>
      fetchText(`${pods}/${pod}/log?container=${container}&previous=true&tailLines=${LOG_LINES}`, { signal }),
  };
}
