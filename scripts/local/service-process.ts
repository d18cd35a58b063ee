import { createInterface } from 'node:readline';
import { spawnTied } from '../process/spawn-tied.ts';
import type { Probe } from './manifests.ts';
import { localPort, type Pod } from './pod.ts';
import { firstSuccess, type LocalProbe, watchProbe } from './probe.ts';
import type { Reporter } from './reporter.ts';
import type { Running } from './running.ts';

/**
 * The arguments of a pod's container: a script, and its own arguments.
 *
 * @throws Error when it is not a script that Node runs
 */
export function scriptOf({ container }: Pod): readonly string[] {
  if (container.args[0]?.endsWith('.ts')) return container.args;
  throw new Error(
    `${container.name}: cannot run ${container.image} without a container: its first argument must be the path of a .ts file`,
  );
}

/**
 * Runs a pod's container as a Node process, and probes it as Kubernetes would.
 *
 * @param root folder that the path of the script is relative to
 */
export function startService(
  pod: Pod,
  root: string,
  environment: Readonly<Record<string, string>>,
  reporter: Reporter,
  onLine: (line: string) => void,
): Running {
  const { workload } = pod;
  const { child, exited } = spawnTied(process.execPath, scriptOf(pod), {
    cwd: root,
    env: environment,
    farewell: 'SIGTERM',
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream) createInterface({ input: stream }).on('line', onLine);
  }
  const over = new AbortController();
  const gone = exited.finally(() => over.abort());
  const graceMs = workload.spec.template.spec.terminationGracePeriodSeconds * 1_000;
  const stop = async () => {
    over.abort();
    child.kill('SIGTERM');
    const force = setTimeout(() => {
      reporter.problem(pod.name, `did not stop within ${graceMs / 1_000} s and is killed`);
      child.kill('SIGKILL');
    }, graceMs);
    await gone.catch(() => {});
    clearTimeout(force);
  };
  const ready = serve(pod, over.signal, reporter, () => void stop());
  return { pid: child.pid ?? 0, ready, exited: gone, stop, kill: () => child.kill('SIGKILL') };
}

async function serve(pod: Pod, over: AbortSignal, reporter: Reporter, restart: () => void): Promise<void> {
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

function localProbe(pod: Pod, probe: Probe | undefined): LocalProbe | undefined {
  if (!probe?.httpGet) return undefined;
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
  };
}
