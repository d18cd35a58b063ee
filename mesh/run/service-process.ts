import { createInterface } from 'node:readline';
import { firstSuccess, type HttpProbe, watchProbe } from './http-probe.ts';
import { type LocalPod, localPort } from './local-pod.ts';
import type { ContainerProbe } from './manifests.ts';
import { spawnTied } from './process/spawn-tied.ts';
import type { Reporter } from './reporter.ts';
import type { RunningProcess } from './running-process.ts';
import { watchMemory } from './watch-memory.ts';

/** V8 prints it before it ends the process by SIGABRT. */
const HEAP_IS_FULL = 'JavaScript heap out of memory';

export interface ServiceOptions {
  readonly pod: LocalPod;
  /** Path of a script, and its arguments. */
  readonly script: readonly string[];
  /** Folder that the path of the script is relative to. */
  readonly root: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the process is killed when it exceeds the memory limit of its container. */
  readonly enforcesMemory: boolean;
  readonly reporter: Reporter;
  readonly onLine: (line: string) => void;
}

/** Runs a pod's container as a Node process, and probes it as Kubernetes would. */
export function startService({
  pod,
  script,
  root,
  environment,
  enforcesMemory,
  reporter,
  onLine,
}: ServiceOptions): RunningProcess {
  const { workload, container } = pod;
  const { child, exited } = spawnTied(process.execPath, script, {
    cwd: root,
    env: environment,
    shutdownSignal: 'SIGTERM',
  });
  let reason: string | undefined;
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (line.includes(HEAP_IS_FULL))
        reason = `ran out of memory: V8's heap is full (${environment.NODE_OPTIONS ?? 'without options'})`;
      onLine(line);
    });
  }
  const over = new AbortController();
  const gone = exited
    .then((exit) => (reason && exit.signal ? { ...exit, reason } : exit))
    .finally(() => over.abort());
  void watchMemory(
    child.pid ?? 0,
    enforcesMemory ? container.resources.limits.memory : undefined,
    over.signal,
    (used, limit) => {
      reason = `ran out of memory (OOMKilled): it uses ${used} MiB of its limit of ${limit} MiB`;
      child.kill('SIGKILL');
    },
  );
  const graceMs = workload.spec.template.spec.terminationGracePeriodSeconds * 1_000;
  const preStopMs = 1_000 * (container.lifecycle?.preStop?.sleep?.seconds ?? 0);
  const stop = async () => {
    over.abort();
    // The period begins before the sleep of preStop.
    const force = setTimeout(() => {
      reporter.problem(pod.name, `did not stop within ${graceMs / 1_000} s and is killed`);
      child.kill('SIGKILL');
    }, graceMs);
    const sleep = setTimeout(() => child.kill('SIGTERM'), preStopMs);
    await gone.catch(() => {});
    clearTimeout(sleep);
    clearTimeout(force);
  };
  const ready = serve(pod, over.signal, reporter, () => void stop());
  return { pid: child.pid ?? 0, ready, exited: gone, stop, kill: () => child.kill('SIGKILL') };
}

async function serve(
  pod: LocalPod,
  over: AbortSignal,
  reporter: Reporter,
  restart: () => void,
): Promise<void> {
  const { container } = pod;
  const startup = localProbe(pod, container.startupProbe);
  const readiness = localProbe(pod, container.readinessProbe);
  const liveness = localProbe(pod, container.livenessProbe);
  if (startup) await firstSuccess(startup, over);
  if (liveness) {
    void watchProbe(liveness, over, (healthy) => {
      if (healthy) return;
      reporter.problem(pod.name, `does not answer ${liveness.path} any more and is started again`);
      restart();
    });
  }
  if (!readiness) return;
  // As Kubernetes does: a process may take as long as it likes to become ready.
  await firstSuccess({ ...readiness, failureThreshold: Number.POSITIVE_INFINITY }, over);
  void watchProbe(readiness, over, (healthy) => {
    if (healthy) reporter.note(pod.name, 'is ready again');
    else reporter.problem(pod.name, `is not ready: ${readiness.path} fails`);
  });
}

function localProbe(pod: LocalPod, probe: ContainerProbe | undefined): HttpProbe | undefined {
  if (!probe) return undefined;
  if (!probe.httpGet) {
    throw new Error(
      `${pod.workload.metadata.name}: the local run probes by httpGet alone; use it for this probe`,
    );
  }
  const { path, port } = probe.httpGet;
  const local = localPort(pod, port);
  if (local === undefined)
    throw new Error(`${pod.workload.metadata.name} probes port ${port}, which it does not have`);
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
