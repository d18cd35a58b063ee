import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { contrast, type WithTestbed } from './lab/contrast/contrast.ts';
import { describeSynthesisError } from './lab/contrast/deployment.ts';
import { restoreShop, withKindContrastTestbed } from './lab/contrast/kind-testbed.ts';
import { LOCAL_LAYERS, parseLayers } from './lab/contrast/layers.ts';
import { withLocalContrastTestbed } from './lab/contrast/local-testbed.ts';
import { contrastPage } from './lab/contrast/page/contrast-page.ts';
import { CONTRAST_LAYERS, type ContrastReport, type ScenarioRun } from './lab/contrast/report.ts';
import { runText } from './lab/contrast/run-text.ts';
import type { Scenario } from './lab/contrast/scenario.ts';
import { parseScenarios, SCENARIOS } from './lab/contrast/scenarios.ts';
import { listKindClusters } from './operate/cluster/kind-clusters.ts';
import { CLUSTER } from './operate/cluster/kubectl.ts';
import { noteProgress } from './process/note-progress.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';

const HELP = `npm run contrast -- [options]

Runs fault scenarios on the shop under each layer that can enforce call policies, and writes a report that compares the
layers. Every layer gets the same load and the same faults. Requests are sent at a constant rate, and latency is measured
from the time when a request was due. Runs all layers in the cluster that npm run kind:up creates; without a cluster, runs
${LOCAL_LAYERS.join(' and ')} as local processes.

  --layers LIST     of ${CONTRAST_LAYERS.join(', ')}; default: all, or ${LOCAL_LAYERS.join()} without a cluster
  --scenarios LIST  of ${SCENARIOS.map(({ name }) => name).join(', ')}; default: all
  --out FOLDER      folder of report.html and report.json; default: dist/contrast
  --json            print the report as one line of JSON; progress goes to standard error
  --help            print this help
`;

const values = parseOptions(HELP, {
  layers: { type: 'string' },
  scenarios: { type: 'string' },
  out: { type: 'string', default: 'dist/contrast' },
  json: { type: 'boolean', default: false },
});
const { signal, onSecond } = listenForStopSignals();

await runVerb(main, { signal });

async function main(): Promise<void> {
  const report = await run();
  await write(report);
  process.stdout.write(
    values.json ? `${JSON.stringify(report)}\n` : `\n${join(values.out, 'report.html')}\n`,
  );
}

async function run(): Promise<ContrastReport> {
  const scenarios = parseScenarios(values.scenarios);
  const layers = parseLayers(values.layers, await hasCluster());
  const options = {
    layers,
    scenarios,
    synthesisError: describeSynthesisError(),
    signal,
    note: noteProgress,
    onRun,
  };
  if (layers.every((layer) => LOCAL_LAYERS.includes(layer))) {
    const withTestbed: WithTestbed = (layer, use) => withLocalContrastTestbed(layer, signal, onSecond, use);
    return contrast({ ...options, where: 'local', withTestbed });
  }
  try {
    return await contrast({
      ...options,
      where: 'kind',
      withTestbed: (layer, use) => withKindContrastTestbed(layer, signal, use),
    });
  } finally {
    noteProgress('restoring the shop');
    await restoreShop();
  }
}

function onRun(scenario: Scenario, scenarioRun: ScenarioRun): void {
  noteProgress(runText(scenario, scenarioRun));
}

async function write(report: ContrastReport): Promise<void> {
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, 'report.html'), contrastPage(report));
  await writeFile(join(values.out, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}

async function hasCluster(): Promise<boolean> {
  try {
    return (await listKindClusters()).includes(CLUSTER);
  } catch {
    return false;
  }
}
