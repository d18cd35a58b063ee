import { readJson } from '../../../../mesh/run/process/read-json.ts';
import { NAMESPACE } from '../../../operate/cluster/kubectl.ts';
import { POD_LIST, type PodObject } from '../../../operate/cluster/pod.ts';
import type { PodProxy } from '../../../operate/cluster/pod-proxy.ts';
import { fetchText, requestName } from '../../../process/fetch-text.ts';

/** Pods of the shop, asked for without a program of its own for each question. */
export interface ShopPods {
  /** Those of a service or a server, or all; those that are being deleted are not among them. */
  list(app?: string): Promise<readonly PodObject[]>;
  /** Takes a pod away. @param graceSeconds 0 forgets it at once, and kills it a second later at most */
  remove(pod: string, graceSeconds: number): Promise<void>;
  /** The last lines of what a container said before it was started again. */
  previousLog(pod: string, container: string): Promise<string>;
}

const LINES = 50;

export function shopPods({ url }: PodProxy): ShopPods {
  const pods = `${url}/api/v1/namespaces/${NAMESPACE}/pods`;
  return {
    async list(app) {
      const only = app ? `?labelSelector=${encodeURIComponent(`app=${app}`)}` : '';
      const url = `${pods}${only}`;
      const { items } = readJson(POD_LIST, await fetchText(url), { name: requestName(url) });
      return items.filter(({ metadata }) => !metadata.deletionTimestamp);
    },
    async remove(pod, graceSeconds) {
      const query = `gracePeriodSeconds=${graceSeconds}`;
      await fetchText(`${pods}/${pod}?${query}`, { method: 'DELETE' });
    },
    previousLog: (pod, container) =>
      fetchText(`${pods}/${pod}/log?container=${container}&previous=true&tailLines=${LINES}`),
  };
}
