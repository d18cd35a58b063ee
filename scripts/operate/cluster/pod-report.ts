import { z } from 'zod';
import { listOf, strings } from '../../process/go-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectl, kubectlJson, NAMESPACE, type NamespaceOptions } from './kubectl.ts';
import { type ContainerStatus, POD_LIST, type PodObject } from './pod.ts';

/** Reasons of a waiting container that a retry cannot resolve. */
const FATAL_WAIT_REASONS = [
  'ErrImageNeverPull',
  'InvalidImageName',
  'ImagePullBackOff',
  'CreateContainerConfigError',
];
/** Restarts after which a crashing container counts as failed. */
const MAX_RESTARTS = 4;

/** Returns the pods of the shop, or of another namespace, that are not being deleted. */
export async function listShopPods({
  namespace = NAMESPACE,
  ...options
}: NamespaceOptions = {}): Promise<readonly PodObject[]> {
  const words = ['get', 'pods', `--namespace=${namespace}`];
  const { items } = await kubectlJson(POD_LIST, words, options);
  return items.filter(({ metadata }) => !metadata.deletionTimestamp);
}

/** Returns the pods that cannot start without a change, except those of an outdated pod template. */
export async function findFailingPods(options: NamespaceOptions = {}): Promise<readonly PodObject[]> {
  const failing = (await listShopPods(options)).filter((pod) =>
    statuses(pod).some(
      ({ state, restartCount }) =>
        FATAL_WAIT_REASONS.includes(state.waiting?.reason ?? '') ||
        (state.waiting?.reason === 'CrashLoopBackOff' && restartCount >= MAX_RESTARTS),
    ),
  );
  if (failing.length === 0) return [];
  const newest = await newestTemplates(options);
  return failing.filter(({ metadata }) => {
    const template = metadata.labels['pod-template-hash'];
    return template === undefined || newest.has(template);
  });
}

const REPLICA_SETS = z.object({
  items: listOf(
    z.object({
      metadata: z.object({
        labels: strings,
        annotations: strings,
        ownerReferences: listOf(z.object({ name: z.string() })),
      }),
    }),
  ),
});

/** Returns the hashes of the current pod templates of Deployments. */
async function newestTemplates({
  namespace = NAMESPACE,
  ...options
}: NamespaceOptions): Promise<ReadonlySet<string>> {
  const words = ['get', 'replicasets', `--namespace=${namespace}`];
  const { items } = await kubectlJson(REPLICA_SETS, words, options);
  const revision = ({ metadata }: (typeof items)[number]) =>
    Number(metadata.annotations['deployment.kubernetes.io/revision']);
  const byDeployment = Map.groupBy(items, ({ metadata }) => metadata.ownerReferences[0]?.name);
  const newest = [...byDeployment.values()].map(
    (sets) => sets.toSorted((a, b) => revision(b) - revision(a))[0],
  );
  return new Set(newest.map((set) => set?.metadata.labels['pod-template-hash'] ?? ''));
}

/** Describes each pod that is not ready: the reason, its latest events, and the end of the logs of its containers. */
export async function describeUnreadyPods(options: NamespaceOptions = {}): Promise<string> {
  const pods = (await listShopPods(options)).filter((pod) => !isReady(pod));
  return (await Promise.all(pods.map((pod) => report(pod, options)))).join('\n');
}

/** Returns whether all containers of a pod are ready. */
export function isReady(pod: PodObject): boolean {
  const { containerStatuses } = pod.status;
  return containerStatuses.length > 0 && containerStatuses.every(({ ready }) => ready);
}

async function report(pod: PodObject, options: ProgramOptions): Promise<string> {
  const { name, namespace } = pod.metadata;
  const lines = [`\npod ${name}: ${pod.status.phase}`];
  for (const { name: container, ready, restartCount, state } of statuses(pod)) {
    if (ready) continue;
    const { reason = 'not ready', message = '' } = state.waiting ?? state.terminated ?? {};
    lines.push(`  ${container}: ${reason}, ${restartCount} restarts${message && `: ${message}`}`);
    lines.push(...indentLastLines(await logs(pod, container, restartCount > 0, options)));
  }
  const only = `involvedObject.name=${name},type=Warning`;
  const events = ['get', 'events', `--namespace=${namespace}`, `--field-selector=${only}`, '--no-headers'];
  const columns = '--output=custom-columns=R:.reason,M:.message';
  lines.push(
    ...indentLastLines(
      (await kubectl([...events, columns, '--sort-by=.lastTimestamp'], options)).trimEnd(),
      5,
    ),
  );
  return lines.join('\n');
}

async function logs(
  { metadata: { name, namespace } }: PodObject,
  container: string,
  previous: boolean,
  options: ProgramOptions,
): Promise<string> {
  const words = ['logs', name, `--namespace=${namespace}`, `--container=${container}`, '--tail=8'];
  try {
    return (await kubectl(previous ? [...words, '--previous'] : words, options)).trimEnd();
  } catch {
    // A container that never ran has no log.
    return '';
  }
}

function indentLastLines(text: string, maxLines = 8): readonly string[] {
  return text === ''
    ? []
    : text
        .split('\n')
        .slice(-maxLines)
        .map((line) => `    ${line}`);
}

function statuses({ status }: PodObject): readonly ContainerStatus[] {
  return [...status.initContainerStatuses, ...status.containerStatuses];
}
