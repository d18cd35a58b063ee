import { kubectl } from '../../scripts/operate/cluster/kubectl.ts';

/** What `kubectl get ... --output=json` answers. A test knows the objects that it asks for. */
export async function kubectlJson<T>(args: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl([...args, '--output=json'])) as T;
}
