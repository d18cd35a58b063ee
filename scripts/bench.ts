import { type Figure, holds } from './lab/bench/figure.ts';
import { wholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { UsageError } from './process/usage-error.ts';

/** A bench: a file in scripts/bench that exports `run`. */
interface Bench {
  /** Gives figures as they become known. */
  readonly run: (options: BenchOptions) => AsyncIterable<Figure>;
}

interface BenchOptions {
  readonly events?: number;
  readonly minutes?: number;
}

const BENCHES: Readonly<Record<string, { readonly what: string; readonly load: () => Promise<Bench> }>> = {
  synth: { what: 'from a graph to files, beside plain cdk8s', load: () => import('./lab/bench/synth.ts') },
  balance: { what: 'cost and quality of choosing a host', load: () => import('./lab/bench/balance.ts') },
  calls: {
    what: 'CPU of a call under a whole policy, beside bare grpc-js',
    load: () => import('./lab/bench/calls.ts'),
  },
  orders: {
    what: 'placing an order: its statements beside pgbench, and the whole path',
    load: () => import('./lab/bench/orders.ts'),
  },
  events: {
    what: 'from the outbox to the consumer: lag by broker, nothing lost, the relay',
    load: () => import('./lab/bench/events.ts'),
  },
  memory: {
    what: 'memory of all processes under orders, with and without the limits of the manifests',
    load: () => import('./lab/bench/memory.ts'),
  },
  start: {
    what: 'from npm start to a confirmed order, and memory',
    load: () => import('./lab/bench/start.ts'),
  },
};

const HELP = `npm run bench -- NAME [--json]

Measures, and says whether the targets hold; exit code 1 when one does not.

${Object.entries(BENCHES)
  .map(([name, { what }]) => `  ${name.padEnd(8)}${what}\n`)
  .join('')}
  --json      one line of JSON for each figure
  --events N  how many \`events\` sends through the outbox, instead of 1000000
  --minutes N how long \`memory\` orders, each way, instead of 5
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
    const problem = name === '' ? 'no bench is named' : `bench '${words.join(' ')}' is not known`;
    throw new UsageError(`${problem}: use one of ${Object.keys(BENCHES).join(', ')}`);
  }
  const { events, minutes } = values;
  const options: BenchOptions = {
    ...(events !== undefined && { events: wholeNumber('events', events, 1, 100_000_000) }),
    ...(minutes !== undefined && { minutes: wholeNumber('minutes', minutes, 1, 600) }),
  };
  const { run } = await bench.load();
  for await (const figure of run(options)) report(name, figure);
}

function report(bench: string, figure: Figure): void {
  process.stdout.write(values.json ? `${line(bench, figure)}\n` : `${sentence(figure)}\n`);
  if (holds(figure) === false) process.exitCode = 1;
}

function line(bench: string, figure: Figure): string {
  const { value, unit, target, better, least, most, runs } = figure;
  return JSON.stringify({
    bench,
    figure: figure.figure,
    value,
    unit,
    target,
    better,
    holds: holds(figure),
    least,
    most,
    runs,
  });
}

function sentence(figure: Figure): string {
  const { value, unit, target, better, least, most, runs } = figure;
  if (runs === 0) return `${figure.figure.padEnd(62)} not measured`;
  const met = holds(figure);
  const word =
    met === undefined
      ? ''
      : `  target ${better === 'lower' ? 'at most' : 'at least'} ${round(target)}: ${met ? 'holds' : 'MISSED'}`;
  return `${figure.figure.padEnd(62)} ${round(value)} ${unit} (${round(least)} to ${round(most)}, ${runs} runs)${word}`;
}

function round(value: number | undefined): string {
  return value === undefined ? '' : value.toPrecision(3);
}
