import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { compileCache } from './compile-services.ts';
import { COMMAND_MESSAGE, LISTENING, type ProcessAction } from './dashboard/processes/process-messages.ts';
import { pickVariables } from './pick-variables.ts';
import type { Ports } from './ports.ts';
import { spawnTied } from './process/spawn-tied.ts';
import type { ProcessFeed } from './process-feed.ts';
import type { ProcessObserver, RunningProcess } from './running-process.ts';
import type { Secrets } from './secrets.ts';

export const DASHBOARD_NAME = 'dashboard';
const SCRIPT = 'mesh/run/dashboard/main.ts';
/** Time for the last write of the store when the dashboard stops. */
const GRACE_MS = 5_000;

const NODE_OPTIONS = [
  // The SQLite of Node.js is a release candidate, about which it warns.
  '--disable-warning=ExperimentalWarning',
  // Requests leave much garbage and few live objects. By default, V8 would collect it only at several hundred megabytes.
  '--max-semi-space-size=2',
  '--initial-old-space-size=24',
  '--heap-growing-percent=30',
];

/** Interval in which processes export metrics. The page shows rates and retries of the last seconds. */
const METRIC_INTERVAL_MS = 3_000;
/** Longest time that spans and log lines wait for their export, so that the page shows a call within a second. */
const EXPORT_DELAY_MS = 1_000;

/** Variables of OpenTelemetry that name a collector of the user. The dashboard sends telemetry on to it. */
const COLLECTOR = 'OTEL_EXPORTER_OTLP_ENDPOINT';
const COLLECTOR_HEADERS = 'OTEL_EXPORTER_OTLP_HEADERS';

export interface DashboardSource {
  /** The checkout. */
  readonly root: string;
  /** Folder of the run. */
  readonly data: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly environment: NodeJS.ProcessEnv;
  readonly feed: ProcessFeed;
  /** Runs a command of the page. Rejects with the reason if it fails. */
  readonly act: (process: string, action: ProcessAction) => Promise<void>;
}

/** The address of the dashboard, and how to start its process. */
export interface PlannedDashboard {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly token: string;
  /** Variables with which processes export their telemetry to the dashboard. */
  readonly variables: Readonly<Record<string, string>>;
  readonly launch: (observer: ProcessObserver) => Promise<RunningProcess>;
}

/** Chooses the port and the token of the dashboard. Both stay the same across runs, so that an open page goes on. */
export async function planDashboard(source: DashboardSource): Promise<PlannedDashboard> {
  const { root, data, ports, secrets, environment, feed } = source;
  const port = await ports.assign(DASHBOARD_NAME);
  const key = { secret: DASHBOARD_NAME, key: 'token' };
  const token = await secrets.read(key, () => randomUUID());
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    ...pickVariables(environment, ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'WEFT_DASHBOARD_STORE_MIB']),
    NODE_COMPILE_CACHE: compileCache(root),
    // One heap of malloc (glibc) instead of one per thread: the buffers of requests would fragment each of them.
    MALLOC_ARENA_MAX: '1',
    WEFT_DASHBOARD_FILE: join(data, 'telemetry.db'),
    WEFT_DASHBOARD_GRAPH: join(data, 'manifests', 'graph.json'),
    WEFT_DASHBOARD_TOKEN_FILE: join(data, 'secrets', key.secret, key.key),
    WEFT_DASHBOARD_RUN: randomUUID(),
    WEFT_DASHBOARD_PORT: String(port),
    ...(environment[COLLECTOR] && {
      WEFT_DASHBOARD_COLLECTOR: environment[COLLECTOR],
      WEFT_DASHBOARD_COLLECTOR_HEADERS: environment[COLLECTOR_HEADERS] ?? '',
    }),
  };
  const launch = async (observer: ProcessObserver) =>
    startProcess(root, settings, feed, source.act, observer);
  const variables = {
    OTEL_METRIC_EXPORT_INTERVAL: environment.OTEL_METRIC_EXPORT_INTERVAL ?? String(METRIC_INTERVAL_MS),
    OTEL_BSP_SCHEDULE_DELAY: environment.OTEL_BSP_SCHEDULE_DELAY ?? String(EXPORT_DELAY_MS),
    OTEL_BLRP_SCHEDULE_DELAY: environment.OTEL_BLRP_SCHEDULE_DELAY ?? String(EXPORT_DELAY_MS),
    [COLLECTOR]: url,
    // The dashboard sends them to the collector of the user.
    [COLLECTOR_HEADERS]: '',
  };
  return { url, token, variables, launch };
}

function startProcess(
  root: string,
  environment: Readonly<Record<string, string>>,
  feed: ProcessFeed,
  act: DashboardSource['act'],
  { onLine, onWait }: ProcessObserver,
): RunningProcess {
  const { child, exited } = spawnTied(process.execPath, [...NODE_OPTIONS, SCRIPT], {
    cwd: root,
    env: environment,
    shutdownSignal: 'SIGTERM',
    hasChannel: true,
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream) createInterface({ input: stream }).on('line', onLine);
  const ready = Promise.withResolvers<void>();
  onWait('its port');
  child.on('message', (message) => {
    if (message === LISTENING) {
      // Messages that are sent while the process exits are lost, and so is a channel that it has closed.
      feed.connect((update) => child.connected && child.send(update, () => {}));
      ready.resolve();
      return;
    }
    const { data: command } = COMMAND_MESSAGE.safeParse(message);
    if (!command) return;
    const reply = (error?: string) => {
      // The dashboard answers with the new state of the process.
      feed.flush();
      if (child.connected)
        child.send({ type: 'result', id: command.id, ...(error !== undefined && { error }) }, () => {});
    };
    act(command.process, command.action).then(
      () => reply(),
      (error: Error) => reply(error.message),
    );
  });
  void exited.finally(() => feed.disconnect()).catch(() => {});
  const stop = async () => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await exited.catch(() => {});
    clearTimeout(force);
  };
  return { pid: child.pid ?? 0, ready: ready.promise, exited, stop, kill: () => child.kill('SIGKILL') };
}
