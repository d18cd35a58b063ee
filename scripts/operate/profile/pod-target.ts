import { kubectl, NAMESPACE } from '../cluster/kubectl.ts';
import { isReady, listShopPods } from '../cluster/pod-report.ts';
import { forwardPort } from '../cluster/port-forward.ts';
import { findInspectorUrl } from './inspector-url.ts';
import type { ProfileTarget } from './profile-target.ts';

/** Port of 127.0.0.1 in the pod on which Node.js opens its inspector by default. */
const INSPECTOR_PORT = 9_229;

/**
 * Opens the inspector of a pod of a service in the cluster. It listens on the loopback interface of the pod only.
 *
 * @param pod name of the pod @default the first ready pod of the service
 * @throws Error if there is no such pod, or kubectl fails
 */
export async function openPodTarget(service: string, pod?: string): Promise<ProfileTarget> {
  const pods = (await listShopPods()).filter(({ metadata }) => metadata.labels.app === service);
  const target = pods.find((one) => (pod === undefined ? isReady(one) : one.metadata.name === pod));
  if (!target) {
    const names = pods.map(({ metadata }) => metadata.name).join(', ') || 'none';
    throw new Error(`${pod ?? service} has no ready pod; pods of ${service}: ${names}`);
  }
  const { name } = target.metadata;
  const exec = ['exec', name, `--namespace=${NAMESPACE}`, `--container=${service}`];
  await kubectl([...exec, '--', 'node', '-e', "process.kill(1, 'SIGUSR1')"]);
  const forwarding = await forwardPort(name, INSPECTOR_PORT);
  try {
    const inspectorUrl = await findInspectorUrl(`pod ${name}`, async () => [forwarding.port]);
    return { name, inspectorUrl, close: () => forwarding.close() };
  } catch (error) {
    await forwarding.close();
    throw error;
  }
}
