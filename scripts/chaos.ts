import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Broker } from '../mesh/policy/broker.ts';
import { chaos } from './chaos/chaos.ts';
import { mayMount } from './chaos/local/disk.ts';
import { withLocalStage } from './chaos/local/local-stage.ts';
import { localTargets } from './chaos/local/local-targets.ts';
import { chaosPage } from './chaos/page/chaos-page.ts';
import { type Plan, planOf } from './chaos/plan.ts';
import { holdRaces, racesText } from './chaos/races.ts';
import type { Report } from './chaos/report.ts';
import { reportText } from './chaos/report-text.ts';
import { duration, oneOf, wholeNumber } from './process/option-values.ts';
import { parseOptions } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { stopSignals } from './process/stop-signals.ts';

const HELP = `npm run chaos -- [options]

Starts the shop on loopback with nothing in it, places orders, and meanwhile kills and freezes its processes, Postgres
and the broker too, cuts and slows what lies between them, and moves a clock. A request without an answer is repeated with its idempotency key. Then all
come to rest, and the books of every store are checked against what customers were told: no order lost, charged twice or
sold twice. Ends with code 1 when a check fails.

What is done comes from the seed, and by the number of orders that were sent, so that a seed that fails can be tried again.

  --seed N         decides the orders and the faults; default: 1
  --orders N       default: 1200
  --kills N        processes that are killed; default: 28
  --freezes N      services that are stopped for a while; default: 6
  --cuts N         networks that are cut, or slowed, for a while; default: 6
  --full-disks N   times that the disk of Postgres, where the outbox lies, has no room left for a while. The stores lie
                   on a disk in memory then, and are not kept; to mount it takes Linux and root; default: 2, else 0
  --clock N        seconds by which the clock of one service is ahead, up to 1800; default: 180
  --broker NAME    what carries topics: postgres, or kafka or rabbitmq in a container, for which there has to be a
                   docker; default: postgres
  --concurrency N  orders under way at once; default: 16
  --patience TIME  within which every order must come to its end after the last fault; default: 30s. The books are read
                   when all events are applied too, as long as something moves within so much time
  --races N        nothing but this: in each race 64 buyers order the last unit at once; it must be sold to one of them
  --plan           print the plan as JSON, and do nothing
  --data DIR       for stores and logs, which are kept until the next run; default: .weft/chaos
  --out FOLDER     for report.html and report.json; default: dist/chaos
  --json           print the report as one line of JSON; progress goes to standard error
  --help
`;

const values = parseOptions(HELP, {
  seed: { type: 'string', default: '1' },
  orders: { type: 'string', default: '1200' },
  kills: { type: 'string', default: '28' },
  freezes: { type: 'string', default: '6' },
  cuts: { type: 'string', default: '6' },
  'full-disks': { type: 'string' },
  clock: { type: 'string', default: '180' },
  broker: { type: 'string', default: 'postgres' },
  concurrency: { type: 'string', default: '16' },
  patience: { type: 'string', default: '30s' },
  races: { type: 'string' },
  plan: { type: 'boolean', default: false },
  data: { type: 'string', default: join(ROOT, '.weft/chaos') },
  out: { type: 'string', default: 'dist/chaos' },
  json: { type: 'boolean', default: false },
});
const { signal, onSecond } = stopSignals();
const disks = await mayMount();
const note = (text: string) => {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
};

try {
  const options = {
    seed: number('seed', 0, 2 ** 31),
    orders: number('orders', 1, 1_000_000),
    kills: number('kills', 0, 100_000),
    freezes: number('freezes', 0, 100_000),
    cuts: number('cuts', 0, 100_000),
    fullDisks: number('full-disks', 0, 100_000),
    // Half of the time for which a token is good: beyond it everybody would have to sign in again.
    clock: number('clock', 0, 1_800),
    broker: oneOf('broker', values.broker, ['postgres', 'kafka', 'rabbitmq']),
  };
  const plan = planOf(options, localTargets(options.broker, disks));
  if (values.races !== undefined) process.exitCode = await race(values.races, options.broker);
  else process.exitCode = await (values.plan ? print(JSON.stringify(plan, undefined, 2), 0) : run(plan));
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`error: ${signal.aborted ? 'stopped' : reason}\n`);
  process.exitCode = signal.aborted ? 130 : 1;
}
// Connections that were broken on purpose must not keep us.
process.exit();

async function run(plan: Plan): Promise<number> {
  const concurrency = number('concurrency', 1, 1_000);
  const patience = duration('patience', values.patience, '1h') / 1_000;
  const data = resolve(values.data);
  const report = await withLocalStage(data, plan, signal, onSecond, (stage) =>
    chaos(stage, { plan, concurrency, patience, signal, note }),
  );
  await write(report);
  if (!report.passed) note(`stores and logs are kept in ${data}`);
  const text = `\n${reportText(report)}\n\n${join(values.out, 'report.html')}`;
  return print(values.json ? JSON.stringify(report) : text, report.passed ? 0 : 1);
}

async function race(text: string, broker: Broker): Promise<number> {
  const races = wholeNumber('races', text, 1, 100_000);
  const patience = duration('patience', values.patience, '1h') / 1_000;
  const calm = { cuts: 0, fullDisks: 0, broker };
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
  option: 'seed' | 'orders' | 'kills' | 'freezes' | 'cuts' | 'full-disks' | 'clock' | 'concurrency',
  least: number,
  most: number,
) {
  return wholeNumber(option, values[option] ?? (disks ? '2' : '0'), least, most);
}
