import { NAMESPACE } from '../../cluster/kubectl.ts';
import type { PodProxy } from '../../cluster/pod-proxy.ts';
import type { Pod } from '../../cluster/pod-report.ts';

/** A pod, and what tells it from one that takes its name later. */
export type KnownPod = Pod & { readonly metadata: { readonly uid: string } };

/** Pods of the shop, asked for without a program of its own for each question. */
export interface ShopPods {
  /** Those of a service or a server, or all; those that are being deleted are not among them. */
  list(app?: string): Promise<readonly KnownPod[]>;
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
      const { items } = JSON.parse(await said(`${pods}${only}`)) as { readonly items: readonly KnownPod[] };
      return items.filter(({ metadata }) => !metadata.deletionTimestamp);
    },
    async remove(pod, graceSeconds) {
      const query = `gracePeriodSeconds=${graceSeconds}`;
      await said(`${pods}/${pod}?${query}`, { method: 'DELETE' });
    },
    previousLog: (pod, container) =>
      said(`${pods}/${pod}/log?container=${container}&previous=true&tailLines=${LINES}`),
  };
}

async function said(url: string, init: RequestInit = {}): Promise<string> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${init.method ?? 'GET'} ${url} answers ${response.status}: ${text}`);
}
