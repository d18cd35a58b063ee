import { setTimeout as delay } from 'node:timers/promises';
import type { ProgramOptions } from '../process/run-program.ts';
import { kubectlJson, NAMESPACE } from './kubectl.ts';
import { failingPods, podReport } from './pod-report.ts';

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: { readonly replicas?: number };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
  };
}

/** How far a Deployment or StatefulSet has come. */
export interface Progress {
  readonly name: string;
  readonly ready: number;
  readonly wanted: number;
  /** Whether its pods are all there, all of the newest template, and no older one is left. */
  readonly done: boolean;
}

export interface RolloutOptions extends ProgramOptions {
  /** Milliseconds to wait at most. */
  readonly patienceMs: number;
  /** Told all workloads whenever one of them has come further. */
  readonly onProgress?: (progress: readonly Progress[]) => void;
}

/** Milliseconds between looks: each starts kubectl, on a machine that is busy starting pods. */
const INTERVAL = 1_000;
/** Every so-manieth look is at the pods too. */
const PODS_EVERY = 5;

/** How far each workload of the shop has come. */
export async function rolloutProgress(
  kinds: string,
  options: ProgramOptions = {},
): Promise<readonly Progress[]> {
  const words = ['get', kinds, `--namespace=${NAMESPACE}`];
  const { items } = await kubectlJson<{ items: readonly Workload[] }>(words, options);
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
  { patienceMs, onProgress = () => {}, ...options }: RolloutOptions,
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
    const failing = look % PODS_EVERY === 0 ? await failingPods(options) : [];
    if (failing.length > 0 || performance.now() > until) {
      const what = behind.map(({ name }) => name).join(', ');
      const why = failing.length > 0 ? 'will not come up' : `did not come up in ${patienceMs / 1_000} s`;
      throw new Error(`${what} ${why}\n${await podReport(options)}`);
    }
    await delay(INTERVAL, undefined, options.signal ? { signal: options.signal } : {});
  }
}

function progressOf({ kind, metadata, spec, status = {} }: Workload): Progress {
  const wanted = spec.replicas ?? 1;
  const { observedGeneration = 0, replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  // A StatefulSet whose pods are all of its newest template counts no updates.
  const isNewest = kind === 'StatefulSet' && status.currentRevision === status.updateRevision;
  const updated = isNewest ? wanted : updatedReplicas;
  return {
    name: metadata.name,
    ready: Math.min(availableReplicas, updated),
    wanted,
    done:
      observedGeneration >= metadata.generation &&
      updated >= wanted &&
      replicas <= wanted &&
      availableReplicas >= wanted,
  };
}
