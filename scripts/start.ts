import { writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalRun, withLocalRun } from '../mesh/run/local-run.ts';
import { createReporter } from '../mesh/run/reporter.ts';
import { formatMoney, placeFirstOrder } from './operate/local/first-order.ts';
import { claimFirstDisplay, presetPassword, readSeedAccounts } from './operate/local/seed-accounts.ts';
import { formatStartupSummary } from './operate/local/startup-summary.ts';
import { synthesize } from './operate/local/synthesize.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm start -- [options]

Runs the shop on the loopback interface. Synthesizes the manifests of environment \`local\` and runs them
as processes, with an embedded Postgres. Needs no Docker and no cluster.

  --once       place one order, print its status, stop
  --json       print one line of JSON once all processes are ready; log to standard error
  --reset      delete the data of earlier runs first
  --port PORT  port of the gateway; default: that of the last run, else a free one
  --data DIR   folder for data, secrets and manifests; default: .weft
  --no-dashboard  do not run the live page
  --help       print this help

WEFT_ADMIN_PASSWORD and WEFT_CUSTOMER_PASSWORD set the passwords of the seed accounts at the first start.
WEFT_LOG_LEVEL is debug, info, warn or error. NO_COLOR disables colors.
WEFT_DASHBOARD_STORE_MIB is the largest size of the telemetry in the data folder; default: 256.
OTEL_EXPORTER_OTLP_ENDPOINT exports telemetry to a collector as well, such as http://127.0.0.1:4318.
`;

/** Marker file in the data folder. It exists after the passwords of the seed accounts have been displayed once. */
const PASSWORDS_SHOWN_FILE = 'accounts-shown';

const options = parseOptions(HELP, {
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  reset: { type: 'boolean', default: false },
  port: { type: 'string' },
  'no-dashboard': { type: 'boolean', default: false },
  data: { type: 'string' },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const data = resolve(options.data ?? join(root, '.weft'));
const reporter = createReporter(options.once || options.json ? process.stderr : process.stdout);
const stop = listenForStopSignals();

await runVerb(async () => {
  try {
    return await withLocalRun(
      {
        root,
        data,
        reset: options.reset,
        ownFiles: [PASSWORDS_SHOWN_FILE],
        ...(options.port === undefined ? {} : { edgePort: portNumber(options.port) }),
        synthesize: (folder) => synthesize(root, folder),
        reporter,
        // A run that ends after one order would close the page before it is read.
        hasDashboard: !options.once && !options['no-dashboard'],
        environment: process.env,
        presetSecret: (key) => presetPassword(key, process.env),
        signal: stop.signal,
      },
      stop.onSecond,
      use,
    );
  } catch (error) {
    if (stop.signal.aborted) return 0;
    throw error;
  }
});
// A closed terminal or an unread pipe must not keep the process running.
process.exit();

async function use(run: LocalRun): Promise<number> {
  const seconds = performance.now() / 1_000;
  if (options.once) return placeOrder(run);
  if (options.json) {
    const { admin } = await readSeedAccounts(run.secrets);
    const { dashboard } = run;
    const storefront = run.edgeUrls.get('web');
    const address = dashboard && { dashboard: dashboard.url, dashboardToken: dashboard.token };
    print(JSON.stringify({ ready: true, gateway: run.edgeUrl, shop: storefront, admin, ...address }));
  } else {
    const { admin, customer } = await readSeedAccounts(run.secrets);
    const isFirst = await claimFirstDisplay(join(data, PASSWORDS_SHOWN_FILE));
    print(formatStartupSummary(run, isFirst ? [admin, customer] : [], seconds));
  }
  await stop.received;
  reporter.note('weft', 'stopping; press Ctrl-C again to stop immediately');
  return 0;
}

async function placeOrder({ edgeUrl }: LocalRun): Promise<number> {
  const { id, status, total, durationMs } = await placeFirstOrder(edgeUrl, stop.signal);
  const seconds = (performance.now() / 1_000).toFixed(1);
  print(
    `order ${id} ${status}: ${formatMoney(total)}, ${durationMs.toFixed(0)} ms after its request, ${seconds} s after the start`,
  );
  return status === 'confirmed' ? 0 : 1;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new UsageError(`--port '${text}' must be a whole number from 1 to 65535`);
}

function print(line: string): void {
  writeSync(1, `${line}\n`);
}
