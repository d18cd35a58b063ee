import { kubectl } from './operate/cluster/kubectl.ts';
import { readRelease } from './operate/cluster/release.ts';
import { failureLines } from './operate/load/failures.ts';
import type { Load } from './operate/load/load.ts';
import { type Plan, planVersions } from './operate/rollout/plan.ts';
import { shareTable } from './operate/rollout/shares.ts';
import { type Shifted, shift } from './operate/rollout/shift.ts';
import { applyShift, parseShift, versionsNamed } from './operate/rollout/shift-request.ts';
import { readVersions } from './operate/rollout/versions-file.ts';
import { wholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { ProgramError } from './process/run-program.ts';
import { runVerb } from './process/run-verb.ts';
import { stopSignals } from './process/stop-signals.ts';

const HELP = `npm run shift -- SERVICE VERSION=PERCENT ... [options]

Shares the requests to a service out to its versions: writes charts/versions.json, checks and applies the manifests,
waits until every caller's Envoy has the new weights, and measures what comes where. Versions that are not named
share the rest as before. A load runs during the change. Ends with code 1 when one of its requests fails, or
a share is not the one asked for.

  npm run shift -- product v2=10
  npm run shift -- product v2=0 --header x-canary:1
  npm run shift -- product --mirror v2=50

  --header NAME:VALUE       requests with this header go to the version, whatever the weights; tries it
  --no-header               the weights alone decide
  --mirror VERSION=PERCENT  this share of the requests that change nothing is sent to the version too
  --requests NUMBER         requests to measure by; 0 measures nothing; default: 2000
  --rate NUMBER             requests a second, also during the change; default: 100
  --dry-run                 shows what would change in the cluster, and changes nothing
  --json                    one line of JSON; progress goes to standard error
  --help
`;

const { values, words } = parseWords(HELP, {
  header: { type: 'string' },
  'no-header': { type: 'boolean' },
  mirror: { type: 'string' },
  requests: { type: 'string', default: '2000' },
  rate: { type: 'string', default: '100' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const { signal } = stopSignals();

await runVerb(run, { signal, stopped: (reason) => `stopped; ${reason}` });

async function run(): Promise<number> {
  const { text, versions } = readVersions();
  const { header, mirror, 'no-header': noHeader } = values;
  const request = parseShift({ words, header, mirror, noHeader }, versions);
  const requests = wholeNumber('requests', values.requests, 0, 100_000);
  const rate = wholeNumber('rate', values.rate, 1, 2_000);
  const release = await readRelease({ signal });
  if (Object.keys(release.tags).length === 0)
    throw new Error('the shop does not run in the cluster: npm run kind:up brings it up');

  const next = applyShift(versionsNamed(request.service, versions), request);
  const folder = values['dry-run'] ? 'dry-run' : 'manifests';
  const plan = planVersions(text, request.service, next, release, folder);
  if (values['dry-run']) {
    process.stdout.write((await difference(plan)) || 'nothing would change\n');
    return 0;
  }
  const shifted = await shift(plan, request, release, { requests, rate, signal, note });
  const { shares, during, measured, asked } = shifted;
  const holds = shares.every((share) => share.holds) && asked?.holds !== false;
  const failed = [during, measured, asked?.load].some((load) => (load?.failures.length ?? 0) > 0);
  process.stdout.write(values.json ? json(request.service, shifted) : report(request.service, shifted));
  return holds && !failed ? 0 : 1;
}

/** What `kubectl diff` shows; it says by its exit code whether there is something to show. */
async function difference({ outdir }: Plan): Promise<string> {
  const diff = ['diff', '--server-side', '--field-manager=weft', '--force-conflicts', `--filename=${outdir}`];
  try {
    return await kubectl(diff, { signal });
  } catch (error) {
    if (error instanceof ProgramError && error.code === 1 && error.stdout !== '') return error.stdout;
    throw error;
  }
}

function report(service: string, { versions, changed, during, measured, shares, asked }: Shifted): string {
  const lines = [
    `${service}: ${versions.map(({ name, weight }) => `${name} ${weight} %`).join(', ')}`,
    changed.length === 0 ? 'nothing changed in the cluster' : `changed ${changed.join(', ')}`,
    ...(during ? loadLines('during the change', during) : []),
    ...(measured ? loadLines('measured', measured) : []),
    ...(shares.length > 0 ? ['', ...shareTable(shares)] : []),
  ];
  if (asked) {
    const { version, load, came, holds } = asked;
    lines.push('', ...loadLines('with the header', load));
    lines.push(`${came} came to ${version}: ${holds ? 'all of them' : 'NOT ALL OF THEM'}`);
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function loadLines(what: string, load: Load): readonly string[] {
  const { sent, failures, latencies } = load;
  const p99 = latencies[Math.ceil(latencies.length * 0.99) - 1];
  const slowest = p99 === undefined ? '' : `, p99 ${p99.toFixed(1)} ms`;
  return [
    `${what}: ${sent} requests, ${failures.length} failed${slowest}`,
    ...failureLines(load).map((line) => `  ${line}`),
  ];
}

function json(service: string, { during, measured, asked, ...shifted }: Shifted): string {
  return `${JSON.stringify({
    service,
    ...shifted,
    during: during && withoutLatencies(during),
    measured: measured && withoutLatencies(measured),
    header: asked && { ...asked, load: withoutLatencies(asked.load) },
  })}\n`;
}

function withoutLatencies({ latencies: _latencies, ...load }: Load): Omit<Load, 'latencies'> {
  return load;
}

function note(text: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
}
