import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { count, listOf, maybe, struct } from '../../process/go-json.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { kubectlJson, NAMESPACE } from './kubectl.ts';
import { failingPods, podReport } from './pod-report.ts';

/** A workload that was just created has an empty status. */
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

/** How far a Deployment or StatefulSet has come. */
export interface RolloutProgress {
  readonly name: string;
  readonly ready: number;
  readonly desired: number;
  /** Whether its pods are all there, all of the newest template, and no older one is left. */
  readonly done: boolean;
}

export interface RolloutOptions extends ProgramOptions {
  /** Milliseconds to wait at most. */
  readonly rolloutTimeoutMs: number;
  /** Told all workloads whenever one of them has come further. */
  readonly onProgress?: (progress: readonly RolloutProgress[]) => void;
}

/** Milliseconds between looks: each starts kubectl, on a machine that is busy starting pods. */
const POLL_INTERVAL_MS = 1_000;
/** Every so-manieth look is at the pods too. */
const POD_POLL_FREQUENCY = 5;

/** How far each workload of the shop has come. */
export async function rolloutProgress(
  kinds: string,
  options: ProgramOptions = {},
): Promise<readonly RolloutProgress[]> {
  const words = ['get', kinds, `--namespace=${NAMESPACE}`];
  const { items } = await kubectlJson(WORKLOADS, words, options);
  return items.map(progressOf);
}

/**
 * Waits until all workloads of the shop are rolled out.
 *
 * @param kinds as kubectl spells them
 * @throws Error that shows, of each pod that does not come up, its events and last lines of log
 */
export async function waitForRollout(
  kinds: 'statefulsets' | 'statefulsets,deployments',
  { rolloutTimeoutMs: patienceMs, onProgress = () => {}, ...options }: RolloutOptions,
): Promise<void> {
  const until = performance.now() + patienceMs;
  let told = '';
  for (let look = 1; ; look++) {
    const progress = await rolloutProgress(kinds, options);
    const text = JSON.stringify(progress);
    if (text !== told) onProgress(progress);
    told = text;
    const behind = progress.filter(({ done }) => !done);
    if (behind.length === 0) return;
    const failing = look % POD_POLL_FREQUENCY === 0 ? await failingPods(options) : [];
    if (failing.length > 0 || performance.now() > until) {
      const what = behind.map(({ name }) => name).join(', ');
      const why = failing.length > 0 ? 'will not come up' : `did not come up in ${patienceMs / 1_000} s`;
      throw new Error(`${what} ${why}\n${await podReport(options)}`);
    }
    await delay(POLL_INTERVAL_MS, undefined, options.signal ? { signal: options.signal } : {});
  }
}

function progressOf({ kind, metadata, spec, status }: Workload): RolloutProgress {
  const { replicas: wanted } = spec;
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = status;
  // A StatefulSet whose pods are all of its newest template counts no updates.
  const isNewest = kind === 'StatefulSet' && status.currentRevision === status.updateRevision;
  const updated = isNewest ? wanted : updatedReplicas;
  return {
    name: metadata.name,
    ready: Math.min(availableReplicas, updated),
    desired: wanted,
    done:
      observedGeneration >= metadata.generation &&
      updated >= wanted &&
      replicas <= wanted &&
      availableReplicas >= wanted,
  };
}
