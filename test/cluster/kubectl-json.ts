import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';

/** Returns the parsed output of `kubectl get ... --output=json`. */
export async function kubectlJson<T>(args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl([...args, '--output=json'])) as T;
}
