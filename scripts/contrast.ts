import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { refusal } from './lab/contrast/cast.ts';
import { contrast, type WithStage } from './lab/contrast/contrast.ts';
import { LOCAL, layersNamed } from './lab/contrast/layers.ts';
import { contrastPage } from './lab/contrast/page/contrast-page.ts';
import { CONTRASTED, type Report, type Run } from './lab/contrast/report.ts';
import { runText } from './lab/contrast/run-text.ts';
import type { Scenario } from './lab/contrast/scenario.ts';
import { SCENARIOS, scenariosNamed } from './lab/contrast/scenarios.ts';
import { restoreShop, withKindStage } from './lab/contrast/with-kind-stage.ts';
import { withLocalStage } from './lab/contrast/with-local-stage.ts';
import { kindClusters } from './operate/cluster/kind-clusters.ts';
import { CLUSTER } from './operate/cluster/kubectl.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { stopSignals } from './process/stop-signals.ts';

const HELP = `npm run contrast -- [options]

Plays what goes wrong in the shop under each layer that can enforce the calls' policies, with the same load and the same
trouble, and draws what came of it. Requests arrive at a constant rate, whatever becomes of those before, and their
latency counts from when they were due. With a cluster (npm run kind:up) all layers; without one those that need none,
in the local run.

  --layers LIST     of ${CONTRASTED.join(', ')}; default: all, or ${LOCAL.join()} where there is no cluster
  --scenarios LIST  of ${SCENARIOS.map(({ name }) => name).join(', ')}
  --out FOLDER      for report.html and report.json; default: dist/contrast
  --json            print the report as one line of JSON; progress goes to standard error
  --help
`;

const values = parseOptions(HELP, {
  layers: { type: 'string' },
  scenarios: { type: 'string' },
  out: { type: 'string', default: 'dist/contrast' },
  json: { type: 'boolean', default: false },
});
const { signal, onSecond } = stopSignals();
const note = (text: string) => {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
};

await runVerb(main, { signal });

async function main(): Promise<void> {
  const report = await run();
  await write(report);
  process.stdout.write(
    values.json ? `${JSON.stringify(report)}\n` : `\n${join(values.out, 'report.html')}\n`,
  );
}

async function run(): Promise<Report> {
  const scenarios = scenariosNamed(values.scenarios);
  const layers = layersNamed(values.layers, await hasCluster());
  const options = { layers, scenarios, refusal: refusal(), signal, note, onRun };
  if (layers.every((layer) => LOCAL.includes(layer))) {
    const withStage: WithStage = (layer, use) => withLocalStage(layer, signal, onSecond, use);
    return contrast({ ...options, where: 'local', withStage });
  }
  try {
    return await contrast({
      ...options,
      where: 'kind',
      withStage: (layer, use) => withKindStage(layer, signal, use),
    });
  } finally {
    note('the shop is put back as it was');
    await restoreShop();
  }
}

function onRun(scenario: Scenario, run: Run): void {
  note(runText(scenario, run));
}

async function write(report: Report): Promise<void> {
  await mkdir(values.out, { recursive: true });
  await writeFile(join(values.out, 'report.html'), contrastPage(report));
  await writeFile(join(values.out, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
}

async function hasCluster(): Promise<boolean> {
  try {
    return (await kindClusters()).includes(CLUSTER);
  } catch {
    return false;
  }
}
