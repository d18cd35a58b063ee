import { createInterface } from 'node:readline';
import { spawnTied } from '../process/spawn-tied.ts';
import { CLUSTER, NAMESPACE } from './kubectl.ts';

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
  const words = [`--context=kind-${CLUSTER}`, 'proxy', '--address=127.0.0.1', '--port=0'];
  const { child, exited } = spawnTied('kubectl', words, { farewell: 'SIGTERM', env: process.env });
  const said: string[] = [];
  const address = async (stream: NodeJS.ReadableStream): Promise<string> => {
    for await (const line of createInterface({ input: stream })) {
      const found = /127\.0\.0\.1:\d+/.exec(line)?.[0];
      if (found) return found;
      said.push(line);
    }
    await exited;
    throw new Error(`kubectl proxy does not serve: ${said.join(' ')}`);
  };
  if (!child.stdout) throw new Error('kubectl proxy has no output');
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const url = `http://${await address(child.stdout)}`;
  return {
    url,
    portOf: (pod, port) => `${url}/api/v1/namespaces/${NAMESPACE}/pods/${pod}:${port}/proxy`,
    async close() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
