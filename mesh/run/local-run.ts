import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileCache, compileServices } from './compile-services.ts';
import { type Endpoints, endpointsOf } from './endpoints.ts';
import { type LocalPod, localPort, placePods } from './local-pod.ts';
import { type Manifests, readManifests } from './manifests.ts';
import { loadPorts } from './ports.ts';
import { isPostgres, startDatabase } from './postgres-process.ts';
import { folderError } from './process/folder-error.ts';
import { makeFolder } from './process/make-folder.ts';
import { processEnvironment, resolveArguments, resolveVariables } from './process-environment.ts';
import type { Reporter } from './reporter.ts';
import { resolveScript } from './resolve-script.ts';
import { openSecrets, type Secrets } from './secrets.ts';
import { startService } from './service-process.ts';
import { stopOrder } from './stop-order.ts';
import { type SupervisedProcess, supervise } from './supervisor.ts';
import { takeLock } from './take-lock.ts';
import { writeVolumes } from './volumes.ts';

export interface LocalRunOptions {
  /** The checkout. */
  readonly root: string;
  /** Keeps databases, secrets, ports and manifests. */
  readonly data: string;
  /** Forgets what is in `data` first. */
  readonly reset: boolean;
  /** The gateway's port. @default the one of the last run, else a free one */
  readonly edgePort?: number;
  /** Writes the manifests into a folder. */
  readonly synthesize: (folder: string) => Promise<void>;
  readonly reporter: Reporter;
  readonly environment: NodeJS.ProcessEnv;
  /**
   * Environment variables of services beside those of their manifests, by the service's name. NODE_OPTIONS come after
   * those of the manifest. @default none
   */
  readonly settings?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Whether a process that exceeds the memory limit of its container is killed. @default true */
  readonly enforcesMemory?: boolean;
  /** Milliseconds to wait at most before a process that ended by itself is started again. @default 10000 */
  readonly maxRestartDelayMs?: number;
  /** Waited for before the first process is started. @default nothing */
  readonly beforeStart?: (secrets: Secrets) => Promise<void>;
  /** Where processes find each other, given where they are. @default there */
  readonly reroute?: (endpoints: Endpoints) => Promise<Endpoints>;
  /** Stops the start when it aborts. */
  readonly signal: AbortSignal;
}

/** Everything runs and is ready. */
export interface LocalRun {
  readonly pods: readonly LocalPod[];
  /** `http://127.0.0.1:PORT` of the pod with a port named `http`. */
  readonly edgeUrl: string;
  readonly secrets: Secrets;
  /** Stops the process of a pod, and starts it anew. Resolves when it serves again. */
  restart(pod: LocalPod): Promise<void>;
  /** Number of the process of a pod as it is now; undefined while there is none. */
  pidOf(pod: LocalPod): number | undefined;
}

/**
 * Runs the Deployments and StatefulSets of the manifests as processes on loopback for as long as
 * `use` takes, then stops them: callers before those they call, databases last.
 *
 * @param onKill is given a function that ends all processes at once
 * @throws Error when a folder cannot be written, a port is in use, the manifests are wrong, or a process does not get ready
 */
export async function withLocalRun<T>(
  options: LocalRunOptions,
  onKill: (kill: () => void) => void,
  use: (run: LocalRun) => Promise<T>,
): Promise<T> {
  const { data, reporter, signal } = options;
  await makeFolder(data);
  const release = takeLock(join(data, 'lock'));
  try {
    if (options.reset) await forget(data);
    const manifests = await readAnew(options);
    const ports = await loadPorts(join(data, 'ports.json'));
    const pods = await placePods(manifests.workloads, ports, options.edgePort);
    await ports.save();
    const secrets = openSecrets(join(data, 'secrets'), options.environment);
    const { scripts, launch } = await prepare(options, manifests, pods, secrets);
    await options.beforeStart?.(secrets);
    const started = new Map<LocalPod, SupervisedProcess>();
    onKill(() => {
      for (const process of started.values()) process.kill();
    });
    const start = async (group: readonly LocalPod[]) => {
      for (const pod of group)
        started.set(
          pod,
          supervise(pod.name, (onLine) => launch(pod, onLine), reporter, options.maxRestartDelayMs),
        );
      await untilReady(
        group.flatMap((pod) => started.get(pod) ?? []),
        reporter,
        signal,
      );
    };
    const databases = pods.filter(isPostgres);
    const services = pods.filter((pod) => !isPostgres(pod));
    try {
      const { root } = options;
      await Promise.all([start(databases), compileServices(root, scripts, compileCache(root), signal)]);
      await start(services);
      const restart = async (pod: LocalPod) => started.get(pod)?.restart();
      const pidOf = (pod: LocalPod) => started.get(pod)?.pid;
      return await use({ pods, edgeUrl: gatewayOf(pods), secrets, restart, pidOf });
    } finally {
      for (const group of [...stopOrder(services, manifests.configMaps), databases]) {
        await Promise.all(group.map((pod) => started.get(pod)?.stop()));
      }
    }
  } catch (error) {
    throw folderError(data, error);
  } finally {
    release();
  }
}

/** What a run leaves in its folder. Other files there are not ours to remove. */
async function forget(data: string): Promise<void> {
  for (const name of [
    'postgres',
    'postgres.new',
    'secrets',
    'accounts-shown',
    'pods',
    'manifests',
    'endpoints.json',
    'ports.json',
  ]) {
    await rm(join(data, name), { recursive: true, force: true });
  }
}

async function readAnew({ data, synthesize, reporter }: LocalRunOptions): Promise<Manifests> {
  const folder = join(data, 'manifests');
  const start = performance.now();
  await synthesize(folder);
  const manifests = await readManifests(folder);
  const seconds = ((performance.now() - start) / 1_000).toFixed(1);
  reporter.note('weft', `${manifests.workloads.length} workloads synthesized in ${seconds} s`);
  return manifests;
}

interface Prepared {
  /** Main modules of the pods. */
  readonly scripts: readonly string[];
  readonly launch: (pod: LocalPod, onLine: (line: string) => void) => ReturnType<typeof startDatabase>;
}

/** Writes the files that all pods read, and gives what starts one. */
async function prepare(
  {
    data,
    root,
    reporter,
    environment,
    settings = {},
    enforcesMemory = true,
    reroute = async (all) => all,
  }: LocalRunOptions,
  { services, configMaps }: Manifests,
  pods: readonly LocalPod[],
  secrets: Secrets,
): Promise<Prepared> {
  const endpointsFile = join(data, 'endpoints.json');
  const endpoints = await reroute(endpointsOf(services, pods));
  await writeFile(endpointsFile, `${JSON.stringify(endpoints, undefined, 2)}\n`);
  const prepared = new Map(
    await Promise.all(
      pods.map(async (pod) => {
        const variables = await resolveVariables(pod, configMaps, secrets);
        const folder = join(data, 'pods', pod.name);
        const mounts = await writeVolumes(pod, folder, configMaps, secrets, variables);
        const script = isPostgres(pod) ? [] : resolveScript(resolveArguments(pod, variables, mounts), pod);
        const own = processEnvironment(variables, pod, mounts);
        return [pod, { mounts, script, own: withSettings(own, settings[pod.container.name]) }] as const;
      }),
    ),
  );
  const shared = {
    ...pick(environment, ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'WEFT_LOG_LEVEL']),
    NODE_COMPILE_CACHE: compileCache(root),
  };
  const launch: Prepared['launch'] = async (pod, onLine) => {
    const { mounts, script, own } = prepared.get(pod) ?? { mounts: new Map(), script: [], own: {} };
    if (isPostgres(pod)) return startDatabase(pod, join(data, 'postgres'), own, mounts, onLine);
    // Whatever registry the manifests name is not here.
    const discovery = { WEFT_DISCOVERY: endpointsFile };
    const variables = { ...shared, ...own, ...discovery };
    return startService({ pod, script, root, environment: variables, enforcesMemory, reporter, onLine });
  };
  return { scripts: [...prepared.values()].flatMap(({ script }) => script[0] ?? []), launch };
}

function withSettings(
  own: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const options = [own.NODE_OPTIONS, settings.NODE_OPTIONS].filter((words) => words);
  return { ...own, ...settings, ...(options.length > 0 && { NODE_OPTIONS: options.join(' ') }) };
}

async function untilReady(
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

function gatewayOf(pods: readonly LocalPod[]): string {
  for (const pod of pods) {
    const port = localPort(pod, 'http');
    if (port !== undefined) return `http://127.0.0.1:${port}`;
  }
  throw new Error('no workload has a port named http: the graph has no edge');
}

function pick(environment: NodeJS.ProcessEnv, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
