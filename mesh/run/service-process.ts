import { createInterface } from 'node:readline';
import { type HttpProbe, untilFirstSuccess, watchProbe } from './http-probe.ts';
import { type LocalPod, localPort } from './local-pod.ts';
import { spawnTied } from './process/spawn-tied.ts';
import type { Reporter } from './reporter.ts';
import type { ProcessObserver, RunningProcess } from './running-process.ts';
import { watchMemory } from './watch-memory.ts';
import type { ContainerProbe } from './workload.ts';

/**
 * Opens the inspector on a free port of 127.0.0.1 when the process receives SIGUSR1, as `npm run profile` sends it. With
 * the default port, only one process of a machine can.
 */
const INSPECTOR_OPTION = '--inspect-port=127.0.0.1:0';

/** V8 prints this text before it aborts the process with SIGABRT. */
const HEAP_LIMIT_MESSAGE = 'JavaScript heap out of memory';

export interface ServiceOptions {
  readonly pod: LocalPod;
  /** Path of the script, followed by its arguments. */
  readonly script: readonly string[];
  /** Folder to which the path of the script is relative. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether to kill the process if it exceeds the memory limit of its container. */
  readonly enforcesMemory: boolean;
  readonly reporter: Reporter;
  readonly observer: ProcessObserver;
}

/** Starts a pod's container as a Node process and probes it as Kubernetes does. */
export function startService({
  pod,
  script,
  root,
  environment,
  enforcesMemory,
  reporter,
  observer,
}: ServiceOptions): RunningProcess {
  const { workload, container } = pod;
  const { child, exited } = spawnTied(process.execPath, [INSPECTOR_OPTION, ...script], {
    cwd: root,
    env: environment,
    shutdownSignal: 'SIGTERM',
  });
  let reason: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.includes(HEAP_LIMIT_MESSAGE))
        reason = `ran out of memory: reached the heap limit of V8 (${environment.NODE_OPTIONS ?? 'without options'})`;
      observer.onLine(line);
    });
  }
  const ended = new AbortController();
  const exitedWithReason = exited
    .then((exit) => (reason && exit.signal ? { ...exit, reason } : exit))
    .finally(() => ended.abort());
  void watchMemory(
    child.pid ?? 0,
    enforcesMemory ? container.resources.limits.memory : undefined,
    ended.signal,
    (usedMiB, limitMiB) => {
      reason = `ran out of memory (OOMKilled): used ${usedMiB} MiB with a limit of ${limitMiB} MiB`;
      child.kill('SIGKILL');
    },
  );
  const graceMs = workload.spec.template.spec.terminationGracePeriodSeconds * 1_000;
  const preStopMs = 1_000 * (container.lifecycle?.preStop?.sleep?.seconds ?? 0);
  const stop = async () => {
    ended.abort();
    // As in Kubernetes, the grace period includes the preStop hook.
    const force = setTimeout(() => {
      reporter.problem(pod.name, `did not stop within ${graceMs / 1_000} s; sending SIGKILL`);
      child.kill('SIGKILL');
    }, graceMs);
    const sleep = setTimeout(() => child.kill('SIGTERM'), preStopMs);
    await exitedWithReason.catch(() => {});
    clearTimeout(sleep);
    clearTimeout(force);
  };
  const ready = awaitReady(pod, ended.signal, reporter, observer, () => void stop());
  return { pid: child.pid ?? 0, ready, exited: exitedWithReason, stop, kill: () => child.kill('SIGKILL') };
}

/** Resolves once the process is ready. Watches its liveness and readiness afterwards. */
async function awaitReady(
  pod: LocalPod,
  ended: AbortSignal,
  reporter: Reporter,
  { onWait }: ProcessObserver,
  restart: () => void,
): Promise<void> {
  const { container } = pod;
  const startup = localProbe(pod, container.startupProbe);
  const readiness = localProbe(pod, container.readinessProbe);
  const liveness = localProbe(pod, container.livenessProbe);
  if (startup) {
    onWait(`startup probe ${startup.path}`);
    await untilFirstSuccess(startup, ended);
  }
  if (liveness) {
    void watchProbe(liveness, ended, (healthy) => {
      if (healthy) return;
      reporter.problem(pod.name, `liveness probe ${liveness.path} fails; restarting`);
      restart();
    });
  }
  if (!readiness) return;
  const readinessText = `readiness probe ${readiness.path}`;
  onWait(readinessText);
  // As in Kubernetes, readiness has no deadline.
  await untilFirstSuccess({ ...readiness, failureThreshold: Number.POSITIVE_INFINITY }, ended);
  void watchProbe(readiness, ended, (healthy) => {
    onWait(healthy ? undefined : readinessText);
    if (healthy) reporter.note(pod.name, 'is ready again');
    else reporter.problem(pod.name, `is not ready: readiness probe ${readiness.path} fails`);
  });
}

function localProbe(pod: LocalPod, probe: ContainerProbe | undefined): HttpProbe | undefined {
  if (!probe) return undefined;
  if (!probe.httpGet) {
    throw new Error(
      `${pod.workload.metadata.name}: the local run supports only httpGet probes; use one here`,
    );
  }
  const { path, port } = probe.httpGet;
  const local = localPort(pod, port);
  if (local === undefined)
    throw new Error(
      `${pod.workload.metadata.name} probes port ${port}, which its container does not declare; use a declared port`,
    );
  return {
    port: local,
    path,
    periodMs: probe.periodSeconds * 1_000,
    timeoutMs: probe.timeoutSeconds * 1_000,
    failureThreshold: probe.failureThreshold,
    successThreshold: probe.successThreshold,
    initialDelayMs: probe.initialDelaySeconds * 1_000,
  };
}
