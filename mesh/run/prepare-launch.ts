import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compileCache } from './compile-services.ts';
import { endpointsOf } from './endpoints.ts';
import type { LocalPod } from './local-pod.ts';
import type { LocalRunOptions } from './local-run-options.ts';
import type { Manifests } from './manifests.ts';
import { pickVariables } from './pick-variables.ts';
import { isPostgres, startDatabase } from './postgres-process.ts';
import { processEnvironment, resolveArguments, resolveVariables } from './process-environment.ts';
import { resolveScript } from './resolve-script.ts';
import type { ProcessObserver, RunningProcess } from './running-process.ts';
import type { Secrets } from './secrets.ts';
import { startService } from './service-process.ts';
import { writeVolumes } from './volumes.ts';

/** Variables of this process that the processes inherit. Those of the manifests take precedence. */
const INHERITED_VARIABLES = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'WEFT_LOG_LEVEL',
  'WEFT_BAGGAGE',
  'WEFT_METRIC_SERIES',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_RESOURCE_ATTRIBUTES',
  'OTEL_TRACES_EXPORTER',
  'OTEL_METRICS_EXPORTER',
  'OTEL_LOGS_EXPORTER',
  'OTEL_TRACES_SAMPLER_ARG',
  'OTEL_METRIC_EXPORT_INTERVAL',
  'OTEL_BSP_SCHEDULE_DELAY',
  'OTEL_BLRP_SCHEDULE_DELAY',
];

export interface PreparedLaunch {
  /** Paths of the main modules of the pods, below the checkout. */
  readonly scripts: readonly string[];
  /** Starts the process of a pod. */
  readonly launch: (pod: LocalPod, observer: ProcessObserver) => Promise<RunningProcess>;
}

/** Writes the files that the processes read, and returns a function that starts the process of a pod. */
export async function prepareLaunch(
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
): Promise<PreparedLaunch> {
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
    ...pickVariables(environment, INHERITED_VARIABLES),
    NODE_COMPILE_CACHE: compileCache(root),
  };
  const launch: PreparedLaunch['launch'] = async (pod, observer) => {
    const { mounts, script, own } = prepared.get(pod) ?? { mounts: new Map(), script: [], own: {} };
    if (isPostgres(pod)) return startDatabase(pod, join(data, 'postgres'), own, mounts, observer.onLine);
    // Overrides the registry of the manifests, which exists only in the cluster.
    const discovery = { WEFT_DISCOVERY: endpointsFile };
    const variables = { ...shared, ...own, ...discovery };
    return startService({ pod, script, root, environment: variables, enforcesMemory, reporter, observer });
  };
  return { scripts: [...prepared.values()].flatMap(({ script }) => script[0] ?? []), launch };
}

function withSettings(
  own: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const nodeOptions = [own.NODE_OPTIONS, settings.NODE_OPTIONS].filter((options) => options);
  return { ...own, ...settings, ...(nodeOptions.length > 0 && { NODE_OPTIONS: nodeOptions.join(' ') }) };
}
