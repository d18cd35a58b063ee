import { setTimeout as delay } from 'node:timers/promises';
import { kubectl, NAMESPACE } from '../../../operate/cluster/kubectl.ts';
import type { PodObject } from '../../../operate/cluster/pod.ts';
import { isReady } from '../../../operate/cluster/pod-report.ts';
import type { PodClient } from '../../testbed/pod-client.ts';
import type { ActiveFault } from '../chaos-testbed.ts';
import { type FaultTarget, SERVICES } from '../fault-targets.ts';

const POLL_INTERVAL_MS = 500;
/** Longest time that a restarted server needs to become ready, and then to serve, on a busy machine. */
const READY_TIMEOUT_MS = 300_000;

/**
 * Kills the oldest ready pod of a service or server, waiting for one to become ready first. Resolves when the pod is dying.
 * @param isServing whether a ready server serves clients; also restores what the run needs there
 * @throws Error if no pod becomes ready in time or the signal aborts
 */
export async function killPod(
  pods: PodClient,
  target: FaultTarget,
  isServing: (target: FaultTarget) => Promise<boolean>,
  signal: AbortSignal,
): Promise<ActiveFault> {
  const isService = SERVICES.some((name) => name === target);
  const { name, uid } = (await waitForReadyPod(pods, target, () => true, signal)).metadata;
  if (isService) {
    await pods.remove(name, 0);
    return { completion: Promise.resolve() };
  }
  await killProcesses(name, target);
  // Without a grace period, Kubernetes could start the next pod on the same volume while this one still runs.
  await pods.remove(name, 1);
  return { completion: waitUntilServing(pods, target, uid, isServing, signal) };
}

/**
 * Sends SIGKILL to all processes of a container but the first, which Linux protects from signals of its own children.
 * Postgres loses its memory, and RabbitMQ ends.
 */
async function killProcesses(pod: string, container: string): Promise<void> {
  const words = ['exec', pod, `--namespace=${NAMESPACE}`, `--container=${container}`];
  // The kill may also end this exec session. The deletion that follows ends the pod in any case.
  await kubectl([...words, '--', 'sh', '-c', 'kill -KILL -1']).catch(() => {});
}

async function waitUntilServing(
  pods: PodClient,
  target: FaultTarget,
  killedUid: string,
  isServing: (target: FaultTarget) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  await waitForReadyPod(pods, target, ({ metadata }) => metadata.uid !== killedUid, signal);
  for (
    const end = performance.now() + READY_TIMEOUT_MS;
    ;
    await delay(POLL_INTERVAL_MS, undefined, { signal })
  ) {
    if (await isServing(target)) return;
    if (performance.now() > end)
      throw new Error(
        `${target} did not become available within ${READY_TIMEOUT_MS / 1_000} s after its pod was killed`,
      );
  }
}

async function waitForReadyPod(
  pods: PodClient,
  app: string,
  matches: (pod: PodObject) => boolean,
  signal: AbortSignal,
): Promise<PodObject> {
  for (
    const end = performance.now() + READY_TIMEOUT_MS;
    ;
    await delay(POLL_INTERVAL_MS, undefined, { signal })
  ) {
    const [oldest] = (await pods.list(app))
      .filter((pod) => isReady(pod) && matches(pod))
      .toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
    if (oldest) return oldest;
    if (performance.now() > end)
      throw new Error(
        `no pod of ${app} is ready within ${READY_TIMEOUT_MS / 1_000} s; inspect it with npm run kind:status`,
      );
  }
}
