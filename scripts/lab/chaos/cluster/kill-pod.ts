import { setTimeout as delay } from 'node:timers/promises';
import { kubectl, NAMESPACE } from '../../../operate/cluster/kubectl.ts';
import type { PodObject } from '../../../operate/cluster/pod.ts';
import { isReady } from '../../../operate/cluster/pod-report.ts';
import { SERVICES, type Target } from '../planned-faults.ts';
import type { Begun } from '../stage.ts';
import type { ShopPods } from './shop-pods.ts';

const LOOK_MS = 500;
/** A server is there again after this long at most on a busy machine, milliseconds. */
const PATIENCE_MS = 300_000;

/**
 * Kills the pod of a service or a server that has been there for longest. Resolves when it is dying; a pod that is
 * coming up is waited for first.
 * @param serves says whether a server that is ready serves, and does what has to be done for that
 * @throws Error when none comes up, or the signal aborts
 */
export async function killPod(
  pods: ShopPods,
  target: Target,
  serves: (target: Target) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Begun> {
  const isService = SERVICES.some((name) => name === target);
  const { name, uid } = (await readyPod(pods, target, () => true, signal)).metadata;
  if (isService) {
    await pods.remove(name, 0);
    return { over: Promise.resolve() };
  }
  await killWithin(name, target);
  // Not 0: Kubernetes would start another one on the same volume while this one may still run.
  await pods.remove(name, 1);
  return { over: untilItServes(pods, target, uid, serves, signal) };
}

/**
 * Sends SIGKILL to all processes of a container but its first, which Linux keeps from those that it started. Postgres
 * loses what it had in memory, and RabbitMQ ends.
 */
async function killWithin(pod: string, container: string): Promise<void> {
  const words = ['exec', pod, `--namespace=${NAMESPACE}`, `--container=${container}`];
  // It may take the connection with it, and what comes next ends the pod in any case.
  await kubectl([...words, '--', 'sh', '-c', 'kill -KILL -1']).catch(() => {});
}

async function untilItServes(
  pods: ShopPods,
  target: Target,
  killed: string,
  serves: (target: Target) => Promise<boolean>,
  signal: AbortSignal,
): Promise<void> {
  await readyPod(pods, target, ({ metadata }) => metadata.uid !== killed, signal);
  for (const end = performance.now() + PATIENCE_MS; ; await delay(LOOK_MS, undefined, { signal })) {
    if (await serves(target)) return;
    if (performance.now() > end) throw new Error(`${target} does not serve after its pod was killed`);
  }
}

async function readyPod(
  pods: ShopPods,
  app: string,
  is: (pod: PodObject) => boolean,
  signal: AbortSignal,
): Promise<PodObject> {
  for (const end = performance.now() + PATIENCE_MS; ; await delay(LOOK_MS, undefined, { signal })) {
    const [oldest] = (await pods.list(app))
      .filter((pod) => isReady(pod) && is(pod))
      .toSorted((a, b) => a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp));
    if (oldest) return oldest;
    if (performance.now() > end)
      throw new Error(
        `no pod of ${app} is ready within ${PATIENCE_MS / 1_000} s: look at npm run kind:status`,
      );
  }
}
