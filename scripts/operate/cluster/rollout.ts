import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { count, listOf, maybe, struct } from '../../process/go-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectlJson, NAMESPACE, type NamespaceOptions } from './kubectl.ts';
import { describeUnreadyPods, findFailingPods } from './pod-report.ts';

/** The status of a new workload is empty. */
const WORKLOAD = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), generation: count() }),
  spec: struct({ replicas: count(1) }),
  status: struct({
    observedGeneration: count(),
    replicas: count(),
    updatedReplicas: count(),
    availableReplicas: count(),
    currentRevision: maybe(z.string()),
    updateRevision: maybe(z.string()),
  }),
});
type Workload = z.infer<typeof WORKLOAD>;

const WORKLOADS = z.object({ items: listOf(WORKLOAD) });

/** Rollout progress of a Deployment or StatefulSet. */
export interface RolloutProgress {
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
  /** Whether all pods are available and use the newest template, and no older pod remains. */
  readonly isComplete: boolean;
}

export interface RolloutOptions extends ProgramOptions {
  /** Maximum duration of the rollout, in milliseconds. */
  readonly rolloutTimeoutMs: number;
  /** Namespaces of the workloads. @default the namespace of the shop */
  readonly namespaces?: readonly string[];
  /** Receives the progress of all workloads when the progress of one changes. */
  readonly onProgress?: (progress: readonly RolloutProgress[]) => void;
}

/** Each poll starts kubectl, on a machine that is busy starting pods. */
const POLL_INTERVAL_MS = 1_000;
/** Every Nth poll checks the pods as well. */
const POLLS_PER_POD_CHECK = 5;

/** Returns the rollout progress of each workload of a namespace. */
export async function readRolloutProgress(
  kinds: string,
  { namespace = NAMESPACE, ...options }: NamespaceOptions = {},
): Promise<readonly RolloutProgress[]> {
  const words = ['get', kinds, `--namespace=${namespace}`];
  const { items } = await kubectlJson(WORKLOADS, words, options);
  return items.map(progressOf);
}

/**
 * Waits until all workloads are rolled out.
 *
 * @param kinds as kubectl spells them
 * @throws Error with the events and the end of the logs of each pod that did not start
 */
export async function waitForRollout(
  kinds: 'statefulsets' | 'statefulsets,deployments',
  { rolloutTimeoutMs, onProgress = () => {}, namespaces = [NAMESPACE], ...options }: RolloutOptions,
): Promise<void> {
  const deadline = performance.now() + rolloutTimeoutMs;
  let reported = '';
  for (let poll = 1; ; poll++) {
    const progress = await forEach(namespaces, (namespace) =>
      readRolloutProgress(kinds, { ...options, namespace }),
    );
    const text = JSON.stringify(progress);
    if (text !== reported) onProgress(progress);
    reported = text;
    const pending = progress.filter(({ isComplete }) => !isComplete);
    if (pending.length === 0) return;
    const failing =
      poll % POLLS_PER_POD_CHECK === 0
        ? await forEach(namespaces, (namespace) => findFailingPods({ ...options, namespace }))
        : [];
    if (failing.length > 0 || performance.now() > deadline) {
      const names = pending.map(({ name }) => name).join(', ');
      const problem =
        failing.length > 0 ? 'cannot start' : `did not start within ${rolloutTimeoutMs / 1_000} s`;
      const reports = await Promise.all(
        namespaces.map((namespace) => describeUnreadyPods({ ...options, namespace })),
      );
      throw new Error(`${names} ${problem}\n${reports.join('\n')}`);
    }
    await delay(POLL_INTERVAL_MS, undefined, options.signal ? { signal: options.signal } : {});
  }
}

async function forEach<T>(
  namespaces: readonly string[],
  read: (namespace: string) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  return (await Promise.all(namespaces.map(read))).flat();
}

function progressOf({ kind, metadata, spec, status }: Workload): RolloutProgress {
  const { replicas: desired } = spec;
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status;
  // A StatefulSet reports 0 updated replicas once all pods use its newest template.
  const isNewest = kind === 'StatefulSet' && status.currentRevision === status.updateRevision;
  const updated = isNewest ? desired : updatedReplicas;
  return {
    name: metadata.name,
    ready: Math.min(availableReplicas, updated),
    desired,
    isComplete:
      observedGeneration >= metadata.generation &&
      updated >= desired &&
      replicas <= desired &&
      availableReplicas >= desired,
  };
}
