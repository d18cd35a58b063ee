import { NAMESPACE } from './kubectl.ts';
import { servingKubectl } from './serving-kubectl.ts';

/** A way from this machine to the API server, and through it to the ports of pods. */
export interface PodProxy {
  /** Of the API server, without a path. */
  readonly url: string;
  /** Of a port of a pod of the shop. */
  portOf(pod: string, port: number): string;
  close(): Promise<void>;
}

/** @throws Error with what kubectl says when it does not serve */
export async function openPodProxy(): Promise<PodProxy> {
  const { port: own, close } = await servingKubectl(['proxy', '--port=0'], 'kubectl proxy does not serve');
  const url = `http://127.0.0.1:${own}`;
  return {
    url,
    portOf: (pod, port) => `${url}/api/v1/namespaces/${NAMESPACE}/pods/${pod}:${port}/proxy`,
    close,
  };
}
