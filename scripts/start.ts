import { writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type LocalRun, withLocalRun } from '../mesh/run/local-run.ts';
import { createReporter } from '../mesh/run/reporter.ts';
import { formatMoney, placeFirstOrder } from './operate/local/first-order.ts';
import { claimFirstDisplay, readSeedAccounts } from './operate/local/seed-accounts.ts';
import { formatStartupSummary } from './operate/local/startup-summary.ts';
import { synthesize } from './operate/local/synthesize.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm start -- [options]

Runs the shop on the loopback interface: synthesizes environment \`local\`, reads the manifests back,
and runs them as processes, with a Postgres of its own. Needs no Docker and no cluster.

  --once       place one order, print how it ended, stop
  --json       print one line of JSON once all is ready; everything else goes to standard error
  --reset      forget the data of earlier runs first
  --port PORT  the gateway's port; default: the one of the last run, else a free one
  --data DIR   where data, secrets and manifests are kept; default: .weft
  --help

WEFT_ADMIN_PASSWORD and WEFT_CUSTOMER_PASSWORD set the passwords of the first accounts, at the first start;
WEFT_LOG_LEVEL is debug, info, warn or error; NO_COLOR switches colours off.
`;

const options = parseOptions(HELP, {
  once: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  reset: { type: 'boolean', default: false },
  port: { type: 'string' },
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
        ...(options.port === undefined ? {} : { edgePort: portNumber(options.port) }),
        synthesize: (folder) => synthesize(root, folder),
        reporter,
        environment: process.env,
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
// A terminal that is gone, or a pipe nobody reads, must not keep us.
process.exit();

async function use(run: LocalRun): Promise<number> {
  const seconds = performance.now() / 1_000;
  if (options.once) return once(run);
  if (options.json) {
    const { admin } = await readSeedAccounts(run.secrets);
    print(JSON.stringify({ ready: true, gateway: run.edgeUrl, admin }));
  } else {
    const { admin, customer } = await readSeedAccounts(run.secrets);
    const isFirst = await claimFirstDisplay(join(data, 'accounts-shown'));
    print(formatStartupSummary(run, isFirst ? [admin, customer] : [], seconds));
  }
  await stop.received;
  reporter.note('weft', 'stopping; once more stops at once');
  return 0;
}

async function once({ edgeUrl: gateway }: LocalRun): Promise<number> {
  const { id, status, total, durationMs: milliseconds } = await placeFirstOrder(gateway, stop.signal);
  const since = (performance.now() / 1_000).toFixed(1);
  print(
    `order ${id} ${status}: ${formatMoney(total)}, ${milliseconds.toFixed(0)} ms after it was placed, ${since} s after the start`,
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
