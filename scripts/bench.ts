import { type Figure, meetsTarget } from './lab/bench/figure.ts';
import { parseWholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { UsageError } from './process/usage-error.ts';

/** A module in scripts/lab/bench. */
interface Bench {
  /** Yields each figure when it is measured. */
  readonly run: (options: BenchOptions) => AsyncIterable<Figure>;
}

interface BenchOptions {
  readonly events?: number;
  readonly minutes?: number;
}

const BENCHES: Readonly<
  Record<string, { readonly description: string; readonly load: () => Promise<Bench> }>
> = {
  synth: { description: 'synthesis, relative to plain cdk8s', load: () => import('./lab/bench/synth.ts') },
  balance: {
    description: 'cost and quality of load balancing',
    load: () => import('./lab/bench/balance.ts'),
  },
  calls: {
    description: 'CPU of a call with a full policy, relative to bare grpc-js',
    load: () => import('./lab/bench/calls.ts'),
  },
  orders: {
    description: 'placing an order: SQL statements relative to pgbench, and the whole path',
    load: () => import('./lab/bench/orders.ts'),
  },
  events: {
    description: 'events: lag by broker, delivery errors, rate of the relay',
    load: () => import('./lab/bench/events.ts'),
  },
  memory: {
    description: 'memory of all processes under load, with and without the limits of the manifests',
    load: () => import('./lab/bench/memory.ts'),
  },
  telemetry: {
    description: 'CPU, latency, start and memory with telemetry, relative to without',
    load: () => import('./lab/bench/telemetry.ts'),
  },
  dashboard: {
    description: 'live page: interactions and memory with a large graph, start and CPU of the shop',
    load: () => import('./lab/bench/dashboard.ts'),
  },
  profile: {
    description: 'throughput while npm run profile records a service, relative to without',
    load: () => import('./lab/bench/profile.ts'),
  },
  start: {
    description: 'time from npm start to a confirmed order, and memory',
    load: () => import('./lab/bench/start.ts'),
  },
};

const HELP = `npm run bench -- NAME [--json]

Runs a benchmark and compares its figures with their targets. Exits with code 1 if a target is missed.

${Object.entries(BENCHES)
  .map(([name, { description }]) => `  ${name.padEnd(10)}${description}\n`)
  .join('')}
  --json      print one line of JSON for each figure
  --events N  events that \`events\` sends through the outbox; default: 1000000
  --minutes N minutes of load in \`memory\` with each of the two limits; default: 5
`;

const { values, words } = parseWords(HELP, {
  json: { type: 'boolean', default: false },
  events: { type: 'string' },
  minutes: { type: 'string' },
});
const [name = ''] = words;
await runVerb(measure);

async function measure(): Promise<void> {
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (!bench || words.length !== 1) {
    const problem =
      name === '' ? 'the name of a benchmark is missing' : `unknown benchmark '${words.join(' ')}'`;
    throw new UsageError(`${problem}; use one of ${Object.keys(BENCHES).join(', ')}`);
  }
  const { events, minutes } = values;
  const options: BenchOptions = {
    ...(events !== undefined && { events: parseWholeNumber('events', events, 1, 100_000_000) }),
    ...(minutes !== undefined && { minutes: parseWholeNumber('minutes', minutes, 1, 600) }),
  };
  const { run } = await bench.load();
  for await (const figure of run(options)) report(name, figure);
}

function report(bench: string, figure: Figure): void {
  process.stdout.write(values.json ? `${formatJson(bench, figure)}\n` : `${formatText(figure)}\n`);
  if (meetsTarget(figure) === false) process.exitCode = 1;
}

function formatJson(bench: string, figure: Figure): string {
  const { value, unit, target, better, min, max, runs } = figure;
  return JSON.stringify({
    bench,
    figure: figure.figure,
    value,
    unit,
    target,
    better,
    holds: meetsTarget(figure),
    min,
    max,
    runs,
  });
}

function formatText(figure: Figure): string {
  const { value, unit, target, better, min, max, runs } = figure;
  if (runs === 0) return `${figure.figure.padEnd(62)} not measured`;
  const isMet = meetsTarget(figure);
  const verdict =
    isMet === undefined
      ? ''
      : `  target ${better === 'lower' ? 'at most' : 'at least'} ${round(target)}: ${isMet ? 'met' : 'MISSED'}`;
  return `${figure.figure.padEnd(62)} ${round(value)} ${unit} (${round(min)} to ${round(max)}, ${runs} runs)${verdict}`;
}

function round(value: number | undefined): string {
  return value === undefined ? '' : value.toPrecision(3);
}
