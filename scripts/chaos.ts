import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BROKERS, type Broker } from '../mesh/policy/broker.ts';
import { chaos } from './lab/chaos/chaos.ts';
import { clusterBroker, withClusterStage } from './lab/chaos/cluster/cluster-stage.ts';
import { clusterTargets } from './lab/chaos/cluster/cluster-targets.ts';
import { mayMount } from './lab/chaos/local/disk.ts';
import { withLocalStage } from './lab/chaos/local/local-stage.ts';
import { localTargets } from './lab/chaos/local/local-targets.ts';
import { chaosPage } from './lab/chaos/page/chaos-page.ts';
import { type Plan, planOf } from './lab/chaos/plan.ts';
import { holdRaces, racesText } from './lab/chaos/races.ts';
import type { Report } from './lab/chaos/report.ts';
import { reportText } from './lab/chaos/report-text.ts';
import type { Stage } from './lab/chaos/stage.ts';
import { duration, oneOf, wholeNumber } from './process/option-values.ts';
import { parseOptions } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';
import { stopSignals } from './process/stop-signals.ts';

const HELP = `npm run chaos -- [options]

Starts the shop on loopback with nothing in it, places orders, and meanwhile kills and freezes its processes, Postgres
and the broker too, cuts and slows what lies between them, and moves a clock. A request without an answer is repeated with its idempotency key. Then all
come to rest, and the books of every store are checked against what customers were told: no order lost, charged twice or
sold twice. Ends with code 1 when a check fails.

With --cluster it is the shop that npm run kind:up brought up, as it is, and what dies are pods: of every service, of
Postgres, and of the broker. Nobody else may order meanwhile.

What is done comes from the seed, and by the number of orders that were sent, so that a seed that fails can be tried again.

  --seed N         decides the orders and the faults; default: 1
  --cluster        in the cluster of npm run kind:up, where there are kills alone
  --orders N       default: 1200; in the cluster 1000
  --kills N        processes, or pods, that are killed; default: 28; in the cluster 20
  --freezes N      services that are stopped for a while; default: 6; in the cluster none
  --cuts N         networks that are cut, or slowed, for a while; default: 6; in the cluster none
  --blackholes N   times that all connections which are open to a service, Postgres or the broker fall silent for good:
                   they accept bytes and never answer, while new ones work. Services are probed meanwhile; none may be
                   unusable for more than 15 s; default: 0; in the cluster none
  --full-disks N   times that the disk of Postgres, where the outbox lies, has no room left for a while. The stores lie
                   on a disk in memory then, and are not kept; to mount it takes Linux and root; default: 2, else 0;
                   in the cluster none
  --clock N        seconds by which the clock of one service is ahead, up to 1800; default: 180; in the cluster none
  --broker NAME    what carries topics: postgres, or kafka or rabbitmq in a container, for which there has to be a
                   docker; default: postgres. In the cluster it is what kind:up was told
  --concurrency N  orders under way at once; default: 16; in the cluster 8
  --patience TIME  within which every order must come to its end after the last fault; default: 30s; in the cluster 5m.
                   The books are read when all events are applied too, as long as something moves within so much time
  --races N        nothing but this, on loopback: in each race 64 buyers order the last unit at once; it must be sold to
                   one of them
  --plan           print the plan as JSON, and do nothing
  --data DIR       for stores and logs, which are kept until the next run; default: .weft/chaos
  --out FOLDER     for report.html and report.json; default: dist/chaos
  --json           print the report as one line of JSON; progress goes to standard error
  --help
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
  patience: { type: 'string' },
  'full-disks': { type: 'string' },
  races: { type: 'string' },
  plan: { type: 'boolean', default: false },
  data: { type: 'string', default: join(ROOT, '.weft/chaos') },
  out: { type: 'string', default: 'dist/chaos' },
  json: { type: 'boolean', default: false },
});
const { signal, onSecond } = stopSignals();
const disks = await mayMount();
const LOCAL = {
  seed: 1,
  orders: 1_200,
  kills: 28,
  freezes: 6,
  cuts: 6,
  blackholes: 0,
  'full-disks': disks ? 2 : 0,
  clock: 180,
  concurrency: 16,
  patience: '30s',
};
/** Pods come up slowly, and what a customer left behind is looked for every 30 seconds. */
const CLUSTER = {
  seed: 1,
  orders: 1_000,
  kills: 20,
  freezes: 0,
  cuts: 0,
  blackholes: 0,
  'full-disks': 0,
  clock: 0,
  concurrency: 8,
  patience: '5m',
};
const defaults = values.cluster ? CLUSTER : LOCAL;
const note = (text: string) => {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
};

await runVerb(main, { signal });
// Connections that were broken on purpose must not keep us.
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
    // Half of the time for which a token is good: beyond it everybody would have to sign in again.
    clock: number('clock', 0, 1_800),
    broker: await carrier(),
  };
  const targets = values.cluster ? clusterTargets(options.broker) : localTargets(options.broker, disks);
  const plan = planOf(options, targets);
  if (values.races !== undefined) return race(values.races, options.broker);
  return values.plan ? print(JSON.stringify(plan, undefined, 2), 0) : run(plan);
}

async function run(plan: Plan): Promise<number> {
  const concurrency = number('concurrency', 1, 1_000);
  const patience = duration('patience', values.patience ?? defaults.patience, '1h') / 1_000;
  const data = resolve(values.data);
  const on = (stage: Stage) => chaos(stage, { plan, concurrency, patience, signal, note });
  const report = await (values.cluster
    ? withClusterStage(plan.broker, signal, note, on)
    : withLocalStage(data, plan, signal, onSecond, on));
  await write(report);
  if (!report.passed && !values.cluster) note(`stores and logs are kept in ${data}`);
  const text = `\n${reportText(report)}\n\n${join(values.out, 'report.html')}`;
  return print(values.json ? JSON.stringify(report) : text, report.passed ? 0 : 1);
}

/** What carries topics: in a cluster, what does so there. */
async function carrier(): Promise<Broker> {
  const asked = values.broker === undefined ? undefined : oneOf('broker', values.broker, BROKERS);
  if (!values.cluster) return asked ?? 'postgres';
  const found = await clusterBroker(signal);
  if (asked === undefined || asked === found) return found;
  throw new Error(
    `--broker '${asked}' is not what carries events in the cluster, which is ${found}: npm run kind:up -- --broker ${asked} changes that`,
  );
}

async function race(text: string, broker: Broker): Promise<number> {
  if (values.cluster) throw new Error('--races are held on loopback: leave --cluster out');
  const races = wholeNumber('races', text, 1, 100_000);
  const patience = duration('patience', values.patience ?? defaults.patience, '1h') / 1_000;
  const calm = { cuts: 0, blackholes: 0, fullDisks: 0, broker };
  const options = { races, patience, signal, note };
  const report = await withLocalStage(resolve(values.data), calm, signal, onSecond, (stage) =>
    holdRaces(stage, options),
  );
  return print(values.json ? JSON.stringify(report) : racesText(report), report.wrong.length === 0 ? 0 : 1);
}

async function write(report: Report): Promise<void> {
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, 'report.html'), chaosPage(report));
  await writeFile(join(values.out, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}

/** Resolves with the exit code when all was written, also to a pipe. */
function print(text: string, code: number): Promise<number> {
  return new Promise((resolve) => process.stdout.write(`${text}\n`, () => resolve(code)));
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
  least: number,
  most: number,
) {
  return wholeNumber(option, values[option] ?? String(defaults[option]), least, most);
}
