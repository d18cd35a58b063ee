import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compileCache, compileServices } from './compile-services.ts';
import type { ProcessAction } from './dashboard/processes/process-messages.ts';
import { DASHBOARD_NAME, type PlannedDashboard, planDashboard } from './dashboard-process.ts';
import { type LocalPod, localPort, placePods } from './local-pod.ts';
import type { LocalRunOptions } from './local-run-options.ts';
import { type Manifests, readManifests } from './manifests.ts';
import { loadPorts } from './ports.ts';
import { isPostgres } from './postgres-process.ts';
import { prepareLaunch } from './prepare-launch.ts';
import { folderError } from './process/folder-error.ts';
import { makeFolder } from './process/make-folder.ts';
import { ProcessFeed } from './process-feed.ts';
import type { Reporter } from './reporter.ts';
import { openSecrets, type Secrets } from './secrets.ts';
import { stopOrder } from './stop-order.ts';
import { SupervisedProcess } from './supervisor.ts';
import { takeLock } from './take-lock.ts';

/** A run of which all processes are ready. */
export interface LocalRun {
  readonly pods: readonly LocalPod[];
  /** `http://127.0.0.1:PORT` of the first pod with a port named `http`. */
  readonly edgeUrl: string;
  /** The same of each pod with such a port, by the name of its container. */
  readonly edgeUrls: ReadonlyMap<string, string>;
  readonly secrets: Secrets;
  /** Address and token of the dashboard. @default the run has no dashboard */
  readonly dashboard?: { readonly url: string; readonly token: string };
  /** Restarts the process of a pod. Resolves once the new process is ready. */
  restart(pod: LocalPod): Promise<void>;
  /** Returns the current process id of a pod; undefined between two processes. */
  pidOf(pod: LocalPod): number | undefined;
}

/**
 * Runs the Deployments and StatefulSets of the manifests as processes on the loopback interface while `use` is pending.
 * Afterwards stops callers before their callees, and databases last, so that no call fails during shutdown.
 *
 * @param onKill receives a function that kills all processes immediately
 * @throws Error if a folder cannot be written, a port is in use, the manifests are invalid, or a process does not get
 *   ready
 */
export async function withLocalRun<T>(
  options: LocalRunOptions,
  onKill: (kill: () => void) => void,
  use: (run: LocalRun) => Promise<T>,
): Promise<T> {
  const { data, signal } = options;
  const feed = new ProcessFeed(options.reporter);
  const reporter: Reporter = feed;
  await makeFolder(data);
  const release = takeLock(join(data, 'lock'));
  try {
    if (options.reset) await deleteState(data, options.ownFiles);
    const manifests = await synthesizeManifests(options, reporter);
    const ports = await loadPorts(join(data, 'ports.json'));
    const pods = await placePods(manifests.workloads, ports, options.edgePort);
    const secrets = openSecrets(join(data, 'secrets'), options.presetSecret);
    const processes = new Map<LocalPod, SupervisedProcess>();
    const { root, environment } = options;
    const dashboard = options.hasDashboard
      ? await planDashboard({ root, data, ports, secrets, environment, feed, act: actOn(processes) })
      : undefined;
    await ports.save();
    const prepared = { ...options, reporter, environment: { ...environment, ...dashboard?.variables } };
    const { scripts, launch } = await prepareLaunch(prepared, manifests, pods, secrets);
    await options.beforeStart?.(secrets);
    let dashboardProcess: SupervisedProcess | undefined;
    onKill(() => {
      for (const process of processes.values()) process.kill();
      dashboardProcess?.kill();
    });
    const supervise = (
      name: string,
      launchProcess: ConstructorParameters<typeof SupervisedProcess>[0]['launch'],
      pod?: LocalPod,
    ) =>
      new SupervisedProcess({
        name,
        launch: launchProcess,
        reporter,
        maxRestartDelayMs: options.maxRestartDelayMs,
        onStatus: (status) => feed.setStatus(name, pod, status),
      });
    const start = async (group: readonly LocalPod[]) => {
      for (const pod of group)
        processes.set(
          pod,
          supervise(pod.name, (observer) => launch(pod, observer), pod),
        );
      await allReady(
        group.flatMap((pod) => processes.get(pod) ?? []),
        reporter,
        signal,
      );
    };
    const databases = pods.filter(isPostgres);
    const services = pods.filter((pod) => !isPostgres(pod));
    try {
      if (dashboard) dashboardProcess = supervise(DASHBOARD_NAME, dashboard.launch);
      await Promise.all([start(databases), compileServices(root, scripts, compileCache(root), signal)]);
      await start(services);
      const address = dashboard && (await addressOf(dashboard, dashboardProcess, reporter));
      const restart = async (pod: LocalPod) => processes.get(pod)?.restart();
      const pidOf = (pod: LocalPod) => processes.get(pod)?.pid;
      const edges = { edgeUrl: firstEdgeUrl(pods), edgeUrls: edgeUrlsOf(pods) };
      return await use({ pods, ...edges, secrets, ...(address && { dashboard: address }), restart, pidOf });
    } finally {
      for (const group of [...stopOrder(services, manifests.configMaps), databases]) {
        await Promise.all(group.map((pod) => processes.get(pod)?.stop()));
      }
      // Stops last, because it receives the last spans of the others.
      await dashboardProcess?.stop();
    }
  } catch (error) {
    throw folderError(data, error);
  } finally {
    release();
  }
}

/** Deletes the files of earlier runs. Keeps all other files, because the user chose the folder. */
async function deleteState(data: string, ownFiles: readonly string[] = []): Promise<void> {
  for (const name of [
    'postgres',
    'postgres.new',
    'secrets',
    'pods',
    'manifests',
    'endpoints.json',
    'ports.json',
    'telemetry.db',
    'telemetry.db-wal',
    'telemetry.db-shm',
    ...ownFiles,
  ]) {
    await rm(join(data, name), { recursive: true, force: true });
  }
}

/** Waits for the dashboard. Without it the shop runs all the same. */
async function addressOf(
  { url, token }: PlannedDashboard,
  process: SupervisedProcess | undefined,
  reporter: Reporter,
): Promise<LocalRun['dashboard']> {
  try {
    await process?.ready;
    return { url, token };
  } catch (error) {
    reporter.problem(DASHBOARD_NAME, `${(error as Error).message}\ncontinuing without the live page`);
    return undefined;
  }
}

/** Returns a function that runs the commands of the dashboard. */
function actOn(
  processes: ReadonlyMap<LocalPod, SupervisedProcess>,
): (name: string, action: ProcessAction) => Promise<void> {
  return async (name, action) => {
    const process = [...processes.values()].find((one) => one.name === name);
    if (!process) throw new Error(`process '${name}' does not exist`);
    if (action === 'restart') await process.restart();
    else if (action === 'stop') await process.pause();
    else await process.resume();
  };
}

async function synthesizeManifests(
  { data, synthesize }: LocalRunOptions,
  reporter: Reporter,
): Promise<Manifests> {
  const folder = join(data, 'manifests');
  const start = performance.now();
  await synthesize(folder);
  const manifests = await readManifests(folder);
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  reporter.note('weft', `synthesized ${manifests.workloads.length} workloads in ${seconds} s`);
  return manifests;
}

async function allReady(
  group: readonly SupervisedProcess[],
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const start = performance.now();
  let count = 0;
  const aborted = new Promise<never>((_, reject) => {
    signal.throwIfAborted();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  const all = Promise.all(
    group.map(async ({ name, ready }) => {
      await ready;
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      reporter.note('weft', `${name} is ready after ${seconds} s, ${++count} of ${group.length}`);
    }),
  );
  await Promise.race([all, aborted]);
}

function firstEdgeUrl(pods: readonly LocalPod[]): string {
  const [url] = edgeUrlsOf(pods).values();
  if (url !== undefined) return url;
  throw new Error('no workload has a port named http; add an edge to a service of the graph');
}

/** Returns the URL of the first replica of each container with a port named `http`, in the order of the pods. */
function edgeUrlsOf(pods: readonly LocalPod[]): ReadonlyMap<string, string> {
  const urls = new Map<string, string>();
  for (const pod of pods) {
    const port = localPort(pod, 'http');
    const { name } = pod.container;
    if (port !== undefined && !urls.has(name)) urls.set(name, `http://127.0.0.1:${port}`);
  }
  return urls;
}
