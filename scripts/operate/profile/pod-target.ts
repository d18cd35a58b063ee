import { ProgramError } from '../../process/run-program.ts';
import { kubectl, NAMESPACE } from '../cluster/kubectl.ts';
import { isReady, listShopPods } from '../cluster/pod-report.ts';
import { forwardPort } from '../cluster/port-forward.ts';
import { findInspectorUrl } from './inspector-url.ts';
import type { ProfileTarget } from './profile-target.ts';

/** Port of 127.0.0.1 in the pod on which Node.js opens its inspector by default. */
const INSPECTOR_PORT = 9_229;

/** Exit code of the script if process 1 does not handle SIGUSR1. */
const NOT_HANDLED = 3;

/**
 * Sends SIGUSR1 to process 1 of a container, with the builtins of its shell alone: a further Node.js process could exceed
 * the memory limit of the container. The kernel discards a signal that process 1 does not handle. Signal 10 is bit 9 of
 * the mask; the test reads its last four of 16 digits.
 */
const SEND_SIGNAL = `
while read -r name mask; do [ "$name" = SigCgt: ] && break; done < /proc/1/status
[ $((0x\${mask#????????????} & 0x200)) -ne 0 ] || exit ${NOT_HANDLED}
kill -s USR1 1`;

/**
 * Opens the inspector of a pod of a service in the cluster. It listens on the loopback interface of the pod only, which a
 * forwarded port reaches without passing through the sidecar.
 *
 * @param pod name of the pod @default the first ready pod of the service
 * @throws Error if there is no such pod, its process does not open its inspector, or kubectl fails; the reason of `signal`
 */
export async function openPodTarget(
  service: string,
  pod: string | undefined,
  signal: AbortSignal,
): Promise<ProfileTarget> {
  const pods = await listServicePods(service, signal);
  const ready = pods.filter(isReady);
  const target = ready.find(({ metadata }) => pod === undefined || metadata.name === pod);
  if (!target) {
    const problem =
      pod === undefined ? `${service} has no ready pod` : `'${pod}' is no ready pod of ${service}`;
    throw new Error(
      `${problem}; pods of ${service}: ${pods.map(({ metadata }) => metadata.name).join(', ')}`,
    );
  }
  const podName = target.metadata.name;
  const replicas = pod === undefined && ready.length > 1 ? `, one of ${ready.length}` : '';
  const name = `pod ${podName}${replicas}`;
  await sendSignal(name, podName, service, signal);
  const forwarding = await forwardPort(podName, INSPECTOR_PORT);
  try {
    const inspectorUrl = await findInspectorUrl(name, async () => [forwarding.port], signal);
    return { name, inspectorUrl, close: () => forwarding.close() };
  } catch (error) {
    await forwarding.close();
    throw error;
  }
}

async function listServicePods(service: string, signal: AbortSignal) {
  const pods = await listShopPods({ signal });
  const own = pods.filter(({ metadata }) => metadata.labels.app === service);
  if (own.length > 0) return own;
  const isNode = ({ spec }: (typeof pods)[number]) =>
    spec.containers.some(({ image }) => image.includes('weft/'));
  const services = new Set(pods.filter(isNode).flatMap(({ metadata }) => metadata.labels.app ?? []));
  const list = [...services].toSorted().join(', ') || 'none; start the shop with npm run kind:up';
  throw new Error(`the cluster runs no pod of '${service}'; use one of ${list}`);
}

async function sendSignal(name: string, pod: string, container: string, signal: AbortSignal): Promise<void> {
  const exec = ['exec', pod, `--namespace=${NAMESPACE}`, `--container=${container}`];
  try {
    await kubectl([...exec, '--', 'sh', '-c', SEND_SIGNAL], { signal });
  } catch (error) {
    if (!(error instanceof ProgramError) || error.code !== NOT_HANDLED) throw error;
    throw new Error(
      `${name}: process 1 of its container does not handle SIGUSR1; it runs with --disable-sigusr1`,
      {
        cause: error,
      },
    );
  }
}
