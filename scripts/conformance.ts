import { ProbeCluster } from './lab/conformance/cluster/probe-cluster.ts';
import { runInCluster } from './lab/conformance/cluster/run-in-cluster.ts';
import { type ConformanceResult, judge } from './lab/conformance/judge.ts';
import { app } from './lab/conformance/layers/app.ts';
import { builtIn } from './lab/conformance/layers/built-in.ts';
import type { OpenCaller } from './lab/conformance/layers/layer.ts';
import type { ConformanceProbe } from './lab/conformance/probe.ts';
import { PROBES } from './lab/conformance/probes.ts';
import { runOnLoopback } from './lab/conformance/run-on-loopback.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { UsageError } from './process/usage-error.ts';

const LOCAL = { app, 'built-in': builtIn } satisfies Readonly<Record<string, OpenCaller>>;
const NAMES = ['app', 'built-in', 'mesh', 'proxyless'] as const;
type Name = (typeof NAMES)[number];

const HELP = `npm run conformance -- [--layers LIST] [--field FIELD] [--json]

Tries each field of a call policy on callees that misbehave, and compares what a layer does with what
mesh/policy/differences/ says of it: on loopback, and for the layers that need a cluster between pods of it
(npm run kind:up makes one). Ends with code 1 where they differ.

  --layers  which to try, of ${NAMES.join(', ')}; default: ${Object.keys(LOCAL).join()}
  --field   one field alone, such as retries.perTryTimeout
  --json    a line of JSON for each field and layer
`;

const options = parseOptions(HELP, {
  layers: { type: 'string', default: Object.keys(LOCAL).join() },
  field: { type: 'string' },
  json: { type: 'boolean', default: false },
});

const layers = options.layers.split(',');
const unknown = layers.find((name) => !isName(name));
const probes = PROBES.filter(({ field }) => options.field === undefined || field.startsWith(options.field));
await runVerb(main, { failureCode: 2 });

async function main(): Promise<void> {
  if (unknown !== undefined)
    throw new UsageError(`layer '${unknown}' is not known: use some of ${NAMES.join(', ')}`);
  if (probes.length === 0) {
    const fields = PROBES.map(({ field }) => field).join(', ');
    throw new UsageError(`field '${options.field}' has no probe: use one of ${fields}`);
  }
  await run(layers.filter(isName));
}

async function run(names: readonly Name[]): Promise<void> {
  const needsCluster = names.some((name) => !isLocal(name));
  const cluster = needsCluster ? await ProbeCluster.open(note) : undefined;
  const rows: ConformanceResult[] = [];
  try {
    for (const probe of probes) {
      for (const name of names) {
        const seen = await play(probe, name, cluster);
        if (seen === undefined) continue;
        const row = judge(probe, name, seen);
        rows.push(row);
        process.stdout.write(options.json ? `${JSON.stringify(row)}\n` : sentence(row));
      }
    }
  } finally {
    await cluster?.close();
  }
  const wrong = rows.filter(({ holds }) => !holds).length;
  if (!options.json) process.stdout.write(`\n${rows.length} tried, ${wrong} not as said\n`);
  if (wrong > 0) process.exitCode = 1;
}

/** @returns undefined where a layer cannot be tried by this probe */
async function play(
  probe: ConformanceProbe,
  name: Name,
  cluster: ProbeCluster | undefined,
): Promise<string | undefined> {
  if (isLocal(name)) return probe.needsSidecars ? undefined : runOnLoopback(probe, LOCAL[name]);
  if (!cluster || probe.versions) return undefined;
  return runInCluster(probe, name, cluster);
}

function sentence({ field, layer, claim, expected, actual: seen, holds }: ConformanceResult): string {
  const compared = seen === expected ? seen : `${seen} (Envoy: ${expected})`;
  return `${holds ? ' ' : '!'} ${field.padEnd(32)} ${layer.padEnd(9)} ${claim.padEnd(12)} ${compared}\n`;
}

function isName(name: string): name is Name {
  return NAMES.some((one) => one === name);
}

function isLocal(name: Name): name is keyof typeof LOCAL {
  return Object.hasOwn(LOCAL, name);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
