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

const LOCAL_LAYERS = { app, 'built-in': builtIn } satisfies Readonly<Record<string, OpenCaller>>;
const LAYER_NAMES = ['app', 'built-in', 'mesh', 'proxyless'] as const;
type LayerName = (typeof LAYER_NAMES)[number];

const HELP = `npm run conformance -- [--layers LIST] [--field FIELD] [--json]

Tests each field of a call policy against callees that misbehave, and compares the behavior of each layer with the
differences documented in mesh/policy/differences/. Layers app and built-in run on loopback; mesh and proxyless run
between pods of the cluster that npm run kind:up creates. Exits with code 1 if any result contradicts the differences.

  --layers  layers to test, of ${LAYER_NAMES.join(', ')}; default: ${Object.keys(LOCAL_LAYERS).join()}
  --field   only fields that start with this, such as retries.perTryTimeout
  --json    print a line of JSON for each field and layer
`;

const options = parseOptions(HELP, {
  layers: { type: 'string', default: Object.keys(LOCAL_LAYERS).join() },
  field: { type: 'string' },
  json: { type: 'boolean', default: false },
});

const layers = options.layers.split(',');
const unknownLayer = layers.find((name) => !isLayerName(name));
const probes = PROBES.filter(({ field }) => options.field === undefined || field.startsWith(options.field));
await runVerb(main, { failureCode: 2 });

async function main(): Promise<void> {
  if (unknownLayer !== undefined)
    throw new UsageError(`layer '${unknownLayer}' is unknown; use any of ${LAYER_NAMES.join(', ')}`);
  if (probes.length === 0) {
    const fields = PROBES.map(({ field }) => field).join(', ');
    throw new UsageError(`field '${options.field}' has no probe; use one of ${fields}`);
  }
  await run(layers.filter(isLayerName));
}

async function run(names: readonly LayerName[]): Promise<void> {
  const needsCluster = names.some((name) => !isLocal(name));
  const cluster = needsCluster ? await ProbeCluster.open(note) : undefined;
  const results: ConformanceResult[] = [];
  try {
    for (const probe of probes) {
      for (const name of names) {
        const actual = await runUnderLayer(probe, name, cluster);
        if (actual === undefined) continue;
        const result = judge(probe, name, actual);
        results.push(result);
        process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : formatResult(result));
      }
    }
  } finally {
    await cluster?.close();
  }
  const contradictions = results.filter(({ holds }) => !holds).length;
  if (!options.json)
    process.stdout.write(
      `\n${results.length} results, ${contradictions} contradict the documented differences\n`,
    );
  if (contradictions > 0) process.exitCode = 1;
}

/** Runs a probe under a layer. Returns undefined when the probe does not apply to the layer. */
async function runUnderLayer(
  probe: ConformanceProbe,
  name: LayerName,
  cluster: ProbeCluster | undefined,
): Promise<string | undefined> {
  if (isLocal(name)) return probe.needsSidecars ? undefined : runOnLoopback(probe, LOCAL_LAYERS[name]);
  if (!cluster || probe.versions) return undefined;
  return runInCluster(probe, name, cluster);
}

function formatResult({ field, layer, claim, expected, actual, holds }: ConformanceResult): string {
  const comparison = actual === expected ? actual : `${actual} (Envoy: ${expected})`;
  return `${holds ? ' ' : '!'} ${field.padEnd(32)} ${layer.padEnd(9)} ${claim.padEnd(12)} ${comparison}\n`;
}

function isLayerName(name: string): name is LayerName {
  return LAYER_NAMES.some((one) => one === name);
}

function isLocal(name: LayerName): name is keyof typeof LOCAL_LAYERS {
  return Object.hasOwn(LOCAL_LAYERS, name);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
