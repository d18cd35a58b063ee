import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BROKERS, type Broker } from '../mesh/policy/broker.ts';
import type { ChaosReport } from './lab/chaos/chaos-report.ts';
import type { ChaosTestbed } from './lab/chaos/chaos-testbed.ts';
import { formatReport } from './lab/chaos/format-report.ts';
import { kindTargets } from './lab/chaos/kind/kind-targets.ts';
import { readKindBroker, withKindChaosTestbed } from './lab/chaos/kind/kind-testbed.ts';
import { canMount } from './lab/chaos/local/disk.ts';
import { localTargets } from './lab/chaos/local/local-targets.ts';
import { withLocalChaosTestbed } from './lab/chaos/local/local-testbed.ts';
import { chaosPage } from './lab/chaos/page/chaos-page.ts';
import { type ChaosPlan, createPlan } from './lab/chaos/plan.ts';
import { formatRaces, runRaces } from './lab/chaos/races.ts';
import { runChaos } from './lab/chaos/run-chaos.ts';
import { noteProgress } from './process/note-progress.ts';
import { parseChoice, parseDuration, parseWholeNumber } from './process/option-values.ts';
import { parseOptions } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';

const HELP = `npm run chaos -- [options]

Starts the shop on loopback with empty stores and places orders while it injects faults: it kills and freezes processes
(also Postgres and the broker), cuts and slows networks, fills the disk, and moves a clock. Requests without a response
are retried with their idempotency key. When all work has settled, it compares the stores of all services with the responses
that customers received: no order may be lost, charged twice or sold twice. Exits with code 1 if a check fails.

With --cluster, it uses the running shop of npm run kind:up and kills pods: of every service, of Postgres and of the
broker. Do not place other orders during the run.

The seed decides orders and faults. Faults are injected by the number of orders sent, so a failing seed can be reproduced.

  --seed N         decides the orders and the faults; default: 1
  --cluster        use the cluster of npm run kind:up, where kills are the only faults
  --orders N       default: 1200; in the cluster 1000
  --kills N        processes or pods to kill; default: 28; in the cluster 20
  --freezes N      services to stop for a while; default: 6; in the cluster none
  --cuts N         networks to cut or slow for a while; default: 6; in the cluster none
  --blackholes N   times to silence all open connections to a service, Postgres or the broker for good: they accept bytes
                   and never answer, while new connections work. Services are probed meanwhile; none may be unavailable
                   for more than 15 s; default: 0; in the cluster none
  --full-disks N   times to fill the disk of Postgres, which has the outbox, for a while. The stores are then on a tmpfs
                   and are not kept. Mounting it needs Linux and root; default: 2 with both, otherwise 0; in the cluster none
  --clock N        seconds by which the clock of one service is ahead, at most 1800; default: 180; in the cluster none
  --broker NAME    postgres, kafka or rabbitmq. The last two run in a container and need docker; default: postgres. In the
                   cluster, the broker that npm run kind:up was given
  --concurrency N  orders in flight; default: 16; in the cluster 8
  --settle-timeout TIME
                   time within which every order must be final after the last fault. The wait for events also ends after
                   this time without progress; default: 30s; in the cluster 5m
  --races N        only run races, on loopback: in each, 64 buyers order the last unit at once, and exactly one may get it
  --plan           print the plan as JSON and exit
  --data DIR       folder for stores and logs, which are kept until the next run; default: .weft/chaos
  --out FOLDER     folder for report.html and report.json; default: dist/chaos
  --json           print the report as one line of JSON; progress goes to standard error
  --help           print this help
`;

const values = parseOptions(HELP, {
  seed: { type: 'string' },
  cluster: { type: 'boolean', default: false },
  orders: { type: 'string' },
  kills: { type: 'string' },
  freezes: { type: 'string' },
  cuts: { type: 'string' },
  blackholes: { type: 'string' },
  clock: { type: 'string' },
  broker: { type: 'string' },
  concurrency: { type: 'string' },
  'settle-timeout': { type: 'string' },
  'full-disks': { type: 'string' },
  races: { type: 'string' },
  plan: { type: 'boolean', default: false },
  data: { type: 'string', default: join(ROOT, '.weft/chaos') },
  out: { type: 'string', default: 'dist/chaos' },
  json: { type: 'boolean', default: false },
});
const { signal, onSecond } = listenForStopSignals();
const canFillDisks = await canMount();
const LOCAL_DEFAULTS = {
  seed: 1,
  orders: 1_200,
  kills: 28,
  freezes: 6,
  cuts: 6,
  blackholes: 0,
  'full-disks': canFillDisks ? 2 : 0,
  clock: 180,
  concurrency: 16,
  'settle-timeout': '30s',
};
/** The timeout is longer because pods start slowly and the orphan sweep runs every 30 seconds only. */
const CLUSTER_DEFAULTS = {
  seed: 1,
  orders: 1_000,
  kills: 20,
  freezes: 0,
  cuts: 0,
  blackholes: 0,
  'full-disks': 0,
  clock: 0,
  concurrency: 8,
  'settle-timeout': '5m',
};
const defaults = values.cluster ? CLUSTER_DEFAULTS : LOCAL_DEFAULTS;

await runVerb(main, { signal });
// Exits explicitly: blackholed connections would keep the process alive.
process.exit();

async function main(): Promise<number> {
  const options = {
    seed: number('seed', 0, 2 ** 31),
    orders: number('orders', 1, 1_000_000),
    kills: number('kills', 0, 100_000),
    freezes: number('freezes', 0, 100_000),
    cuts: number('cuts', 0, 100_000),
    blackholes: number('blackholes', 0, 100_000),
    fullDisks: number('full-disks', 0, 100_000),
    // Half of the token lifetime. Beyond it, tokens would expire for a service whose clock is ahead.
    clockSkewS: number('clock', 0, 1_800),
    broker: await chooseBroker(),
  };
  const targets = values.cluster ? kindTargets(options.broker) : localTargets(options.broker, canFillDisks);
  const plan = createPlan(options, targets);
  if (values.races !== undefined) return race(values.races, options.broker);
  return values.plan ? print(JSON.stringify(plan, undefined, 2), 0) : run(plan);
}

async function run(plan: ChaosPlan): Promise<number> {
  const concurrency = number('concurrency', 1, 1_000);
  const settleTimeoutSeconds = readSettleTimeout();
  const data = resolve(values.data);
  const use = (testbed: ChaosTestbed) =>
    runChaos(testbed, { plan, concurrency, settleTimeoutSeconds, signal, note: noteProgress });
  const report = await (values.cluster
    ? withKindChaosTestbed(plan.broker, signal, noteProgress, use)
    : withLocalChaosTestbed(data, plan, signal, onSecond, use));
  await write(report);
  if (!report.passed && !values.cluster) noteProgress(`stores and logs remain in ${data}`);
  const text = `\n${formatReport(report)}\n\n${join(values.out, 'report.html')}`;
  return print(values.json ? JSON.stringify(report) : text, report.passed ? 0 : 1);
}

/** Returns the broker of the run. A cluster determines its broker; --broker must then name the same one. */
async function chooseBroker(): Promise<Broker> {
  const option = values.broker === undefined ? undefined : parseChoice('broker', values.broker, BROKERS);
  if (!values.cluster) return option ?? 'postgres';
  const clusterBroker = await readKindBroker(signal);
  if (option === undefined || option === clusterBroker) return clusterBroker;
  throw new Error(
    `--broker '${option}' is not the broker of the cluster, which is ${clusterBroker}; change it with npm run kind:up -- --broker ${option}`,
  );
}

async function race(text: string, broker: Broker): Promise<number> {
  if (values.cluster) throw new Error('--races run on loopback only; omit --cluster');
  const races = parseWholeNumber('races', text, 1, 100_000);
  const plan = { cuts: 0, blackholes: 0, fullDisks: 0, broker };
  const options = { races, settleTimeoutSeconds: readSettleTimeout(), signal, note: noteProgress };
  const report = await withLocalChaosTestbed(resolve(values.data), plan, signal, onSecond, (testbed) =>
    runRaces(testbed, options),
  );
  return print(
    values.json ? JSON.stringify(report) : formatRaces(report),
    report.violations.length === 0 ? 0 : 1,
  );
}

async function write(report: ChaosReport): Promise<void> {
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, 'report.html'), chaosPage(report));
  await writeFile(join(values.out, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}

/** Prints a text and resolves with the exit code once it is written, so that exiting cannot truncate it in a pipe. */
function print(text: string, code: number): Promise<number> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve(code)));
}

function readSettleTimeout(): number {
  return (
    parseDuration('settle-timeout', values['settle-timeout'] ?? defaults['settle-timeout'], '1h') / 1_000
  );
}

function number(
  option:
    | 'seed'
    | 'orders'
    | 'kills'
    | 'freezes'
    | 'cuts'
    | 'blackholes'
    | 'full-disks'
    | 'clock'
    | 'concurrency',
  min: number,
  max: number,
) {
  return parseWholeNumber(option, values[option] ?? String(defaults[option]), min, max);
}
