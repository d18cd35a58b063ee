import { NAMESPACE } from './kubectl.ts';
import { startServingKubectl } from './serving-kubectl.ts';

/** A running `kubectl proxy`, which gives access to the API server and, through it, to the ports of pods. */
export interface PodProxy {
  /** URL of the API server, without a path. */
  readonly url: string;
  /** Returns the URL of a port of a pod of the shop. */
  portOf(pod: string, port: number): string;
  close(): Promise<void>;
}

/** Starts `kubectl proxy`. @throws Error with its output if it does not start */
export async function openPodProxy(): Promise<PodProxy> {
  const { port: own, close } = await startServingKubectl(
    ['proxy', '--port=0'],
    'kubectl proxy did not start',
  );
  const url = `http://127.0.0.1:${own}`;
  return {
    url,
    portOf: (pod, port) => `${url}/api/v1/namespaces/${NAMESPACE}/pods/${pod}:${port}/proxy`,
    close,
  };
}
