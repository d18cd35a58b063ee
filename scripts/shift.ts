import { kubectl } from './operate/cluster/kubectl.ts';
import { readRelease } from './operate/cluster/release.ts';
import { formatFailures } from './operate/load/format-failures.ts';
import type { Load } from './operate/load/load.ts';
import { planVersions, type RolloutPlan } from './operate/rollout/plan.ts';
import { formatShares } from './operate/rollout/shares.ts';
import { runShift, type ShiftResult } from './operate/rollout/shift.ts';
import { applyShift, findVersions, parseShift } from './operate/rollout/shift-request.ts';
import { readVersions } from './operate/rollout/versions-file.ts';
import { parseWholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { ProgramError } from './process/run-program.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';

const HELP = `npm run shift -- SERVICE VERSION=PERCENT ... [options]

Splits the requests to a service among its versions. Writes charts/versions.json, checks and applies the manifests,
waits until the Envoy of every caller has the new weights, and measures the share of each version. Versions that are not
named share the rest in their current proportions. A load runs during the change. Exits with code 1 if one of its
requests fails, or if a measured share differs from the requested one.

  npm run shift -- product v2=10
  npm run shift -- product v2=0 --header x-canary:1
  npm run shift -- product --mirror v2=50

  --header NAME:VALUE       route requests with this header to the version, regardless of weights;
                            sends such requests to check the route
  --no-header               remove the header route
  --mirror VERSION=PERCENT  mirror this share of the read-only requests to the version
  --requests NUMBER         number of requests to measure with; 0 skips the measurement; default: 2000
  --rate NUMBER             requests per second, also during the change; default: 40
  --dry-run                 print the changes to the cluster without applying them
  --json                    print one line of JSON; progress goes to standard error
  --help                    print this help
`;

const { values, words } = parseWords(HELP, {
  header: { type: 'string' },
  'no-header': { type: 'boolean' },
  mirror: { type: 'string' },
  requests: { type: 'string', default: '2000' },
  rate: { type: 'string', default: '40' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
});
const { signal } = listenForStopSignals();

await runVerb(run, { signal, stopMessage: (reason) => `stopped; ${reason}` });

async function run(): Promise<number> {
  const { text, versions } = readVersions();
  const { header, mirror, 'no-header': noHeader } = values;
  const request = parseShift({ words, header, mirror, noHeader }, versions);
  const requests = parseWholeNumber('requests', values.requests, 0, 100_000);
  const rate = parseWholeNumber('rate', values.rate, 1, 2_000);
  const release = await readRelease({ signal });
  if (Object.keys(release.tags).length === 0)
    throw new Error('the shop does not run in the cluster; start it with npm run kind:up');

  const next = applyShift(findVersions(request.service, versions), request);
  const folder = values['dry-run'] ? 'dry-run' : 'manifests';
  const plan = planVersions(text, request.service, next, release, folder);
  if (values['dry-run']) {
    process.stdout.write((await difference(plan)) || 'no changes\n');
    return 0;
  }
  const shifted = await runShift(plan, request, release, { requests, rate, signal, note });
  const { shares, during, measured, headerCheck } = shifted;
  const holds = shares.every((share) => share.holds) && headerCheck?.holds !== false;
  const failed = [during, measured, headerCheck?.load].some((load) => (load?.failures.length ?? 0) > 0);
  process.stdout.write(values.json ? json(request.service, shifted) : report(request.service, shifted));
  return holds && !failed ? 0 : 1;
}

/** Returns the output of `kubectl diff`, which exits with 1 if there are differences. */
async function difference({ outdir }: RolloutPlan): Promise<string> {
  const diff = ['diff', '--server-side', '--field-manager=weft', '--force-conflicts', `--filename=${outdir}`];
  try {
    return await kubectl(diff, { signal });
  } catch (error) {
    if (error instanceof ProgramError && error.code === 1 && error.stdout !== '') return error.stdout;
    throw error;
  }
}

function report(
  service: string,
  { versions, changed, during, measured, shares, headerCheck }: ShiftResult,
): string {
  const lines = [
    `${service}: ${versions.map(({ name, weight }) => `${name} ${weight} %`).join(', ')}`,
    changed.length === 0 ? 'no changes in the cluster' : `changed ${changed.join(', ')}`,
    ...(during ? loadLines('during the change', during) : []),
    ...(measured ? loadLines('measured', measured) : []),
    ...(shares.length > 0 ? ['', ...formatShares(shares)] : []),
  ];
  if (headerCheck) {
    const { version, load, requests, holds } = headerCheck;
    lines.push('', ...loadLines('with the header', load));
    lines.push(`${requests} of ${load.sent} requests reached ${version}: ${holds ? 'ok' : 'FAILED'}`);
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function loadLines(label: string, load: Load): readonly string[] {
  const { sent, failures, latencies } = load;
  const p99 = latencies[Math.ceil(latencies.length * 0.99) - 1];
  const slowest = p99 === undefined ? '' : `, p99 ${p99.toFixed(1)} ms`;
  return [
    `${label}: ${sent} requests, ${failures.length} failed${slowest}`,
    ...formatFailures(load).map((line) => `  ${line}`),
  ];
}

function json(service: string, { during, measured, headerCheck, ...shifted }: ShiftResult): string {
  return `${JSON.stringify({
    service,
    ...shifted,
    during: during && withoutLatencies(during),
    measured: measured && withoutLatencies(measured),
    header: headerCheck && { ...headerCheck, load: withoutLatencies(headerCheck.load) },
  })}\n`;
}

function withoutLatencies({ latencies: _latencies, ...load }: Load): Omit<Load, 'latencies'> {
  return load;
}

function note(text: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
}
