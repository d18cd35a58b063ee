import { readFileSync, writeFileSync } from 'node:fs';
import { PAGE, withDifferences } from './conformance/differences-table.ts';
import { judge, type Row } from './conformance/judge.ts';
import { app } from './conformance/layers/app.ts';
import { builtIn } from './conformance/layers/built-in.ts';
import type { OpenCaller } from './conformance/layers/layer.ts';
import { PROBES } from './conformance/probes.ts';
import { runProbe } from './conformance/run-probe.ts';
import { parseOptions } from './process/parse-options.ts';

const LAYERS = { app, 'built-in': builtIn } satisfies Readonly<Record<string, OpenCaller>>;
const NAMES = Object.keys(LAYERS);

const HELP = `npm run conformance -- [--layers ${NAMES.join()}] [--field FIELD] [--json]

Tries each field of a call policy on callees that misbehave, on loopback, and compares what a layer does with what
mesh/policy/differences.ts says of it. Ends with code 1 where they differ.

  --layers  which to try: ${NAMES.join(', ')}; all without
  --field   one field alone, such as retries.perTryTimeout
  --json    a line of JSON for each field and layer
  --write   only write the table of differences to docs/mesh-or-app.md
`;

const options = parseOptions(HELP, {
  layers: { type: 'string', default: NAMES.join() },
  field: { type: 'string' },
  json: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
});

const layers = options.layers.split(',');
const unknown = layers.find((name) => !isLayer(name));
const probes = PROBES.filter(({ field }) => options.field === undefined || field === options.field);
if (options.write) writeFileSync(PAGE, withDifferences(readFileSync(PAGE, 'utf8')));
else if (unknown !== undefined) fail(`layer '${unknown}' is not known: use ${NAMES.join(' or ')}`);
else if (probes.length === 0)
  fail(`field '${options.field}' has no probe: use one of ${PROBES.map(({ field }) => field).join(', ')}`);
else await run();

async function run(): Promise<void> {
  const rows: Row[] = [];
  for (const probe of probes) {
    for (const layer of layers.filter(isLayer)) {
      const row = judge(probe, layer, await runProbe(probe, LAYERS[layer]));
      rows.push(row);
      process.stdout.write(options.json ? `${JSON.stringify(row)}\n` : sentence(row));
    }
  }
  const wrong = rows.filter(({ holds }) => !holds).length;
  if (!options.json) process.stdout.write(`\n${rows.length} tried, ${wrong} not as said\n`);
  if (wrong > 0) process.exitCode = 1;
}

function sentence({ field, layer, claim, expected, seen, holds }: Row): string {
  const compared = seen === expected ? seen : `${seen} (Envoy: ${expected})`;
  return `${holds ? ' ' : '!'} ${field.padEnd(32)} ${layer.padEnd(9)} ${claim.padEnd(12)} ${compared}\n`;
}

function isLayer(name: string): name is keyof typeof LAYERS {
  return Object.hasOwn(LAYERS, name);
}

function fail(problem: string): void {
  process.stderr.write(`error: ${problem}\n`);
  process.exitCode = 2;
}
