import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Version } from '../mesh/graph/version.ts';
import { readGatewayAddress } from './operate/cluster/gateway-address.ts';
import { readRelease } from './operate/cluster/release.ts';
import { formatFailures } from './operate/load/format-failures.ts';
import { findRequests } from './operate/load/requests.ts';
import { type Rollout, runCanary } from './operate/rollout/canary.ts';
import { columnHeads, describeOutcome, rowCells } from './operate/rollout/format-steps.ts';
import { rolloutPage } from './operate/rollout/page/rollout-page.ts';
import { alignColumns } from './operate/rollout/shares.ts';
import { findVersion, findVersions } from './operate/rollout/shift-request.ts';
import { readVersions } from './operate/rollout/versions-file.ts';
import { noteProgress } from './process/note-progress.ts';
import { parseDuration, parseSetting, parseWholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';

const REPORT = 'dist/canary/report.html';
/** Maximum length of a window with too few requests, as a multiple of the requested length. */
const MAX_STRETCH = 10;

const HELP = `npm run canary -- SERVICE VERSION [options]

Raises the weight of a version step by step. Each step compares its error rate and p99 latency, as counted by the
sidecars of the pods, with the version that had the most requests. If the version misses the objective that
charts/shop.ts declares for the service, the rollout prints the reason, sets the weight to 0 and exits with code 1.
Ctrl-C also sets the weight to 0. The final weight stays; to return to the old version, run npm run shift -- product v2=0.

  npm run canary -- product v2
  npm run canary -- product v2 --set WEFT_FAIL_PERCENT=5

  --steps LIST           weights in percent, ascending; default: 1,5,25,50,100
  --window TIME          length of each step; default: 20s
  --min-requests NUMBER  number of requests to each version that a comparison needs; extends the window up to
                         ${MAX_STRETCH} times its length; default: 100
  --rate NUMBER          requests per second to send; 0 relies on existing traffic; default: 100
  --set KEY=VALUE        set a variable of the version for this rollout; may be repeated; undone if stopped
  --json                 print one line of JSON; progress goes to standard error
  --help                 print this help

Writes ${REPORT}.
`;

const { values, words } = parseWords(HELP, {
  steps: { type: 'string', default: '1,5,25,50,100' },
  window: { type: 'string', default: '20s' },
  'min-requests': { type: 'string', default: '100' },
  rate: { type: 'string', default: '100' },
  set: { type: 'string', multiple: true, default: [] },
  json: { type: 'boolean', default: false },
});
const { signal, onSecond } = listenForStopSignals();

await runVerb(run, { signal });

async function run(): Promise<number> {
  const [service, name, ...rest] = words;
  const { versions: all } = readVersions();
  const versions = findVersions(service, all);
  const { name: version, weight } = findVersion(name, versions);
  if (rest.length > 0) throw new Error(`unexpected argument '${rest[0]}': specify a service and one version`);
  if (weight === 100)
    throw new Error(
      `${version} has all requests already; to reset it, run npm run shift -- ${service} ${version}=0`,
    );
  const steps = stepsOf(values.steps);
  const windowMs = parseDuration('window', values.window, '1h');
  const minRequests = parseWholeNumber('min-requests', values['min-requests'], 1, 1_000_000);
  const rate = parseWholeNumber('rate', values.rate, 0, 2_000);
  const settings = Object.fromEntries(values.set.map((text) => parseSetting('set', text)));
  const release = await readRelease({ signal });
  if (Object.keys(release.tags).length === 0)
    throw new Error('the shop does not run in the cluster; start it with npm run kind:up');

  const requests =
    rate > 0 ? await findRequests(service ?? '', await readGatewayAddress(), signal) : undefined;
  if (!requests) noteProgress(`sending no load to ${service}: its versions are compared by existing traffic`);
  onSecond(() =>
    process.stderr.write(
      `stopped while ${version} may still have requests; run npm run shift -- ${service} ${version}=0\n`,
    ),
  );
  const rollout = await runCanary({
    ...{
      service: service ?? '',
      versions,
      version,
      baseline: baselineOf(versions, version),
      steps,
      settings,
    },
    ...{ release, windowMs, minRequests, maxWindowMs: windowMs * MAX_STRETCH, signal, note: noteProgress },
    load: requests && { ...requests, rate },
  });
  await mkdir(dirname(REPORT), { recursive: true });
  await writeFile(REPORT, rolloutPage(rollout, new Date().toISOString()));
  process.stdout.write(values.json ? json(rollout) : report(rollout));
  return rollout.stopped === undefined ? 0 : 1;
}

/** Returns the version that the new one replaces: the other version with the highest weight. */
function baselineOf(versions: readonly Version[], version: string): string {
  const others = versions.filter(({ name }) => name !== version);
  return others.toSorted((a, b) => b.weight - a.weight)[0]?.name ?? '';
}

function stepsOf(text: string): readonly number[] {
  const steps = text.split(',').map((step) => parseWholeNumber('steps', step, 1, 100));
  const ascending = steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0));
  if (!ascending) throw new Error(`--steps '${text}' must ascend, as in 1,5,25,50,100`);
  if (steps[0] === 100)
    throw new Error(
      `--steps '${text}' must begin below 100: the versions are compared while both have requests`,
    );
  return steps;
}

function report(rollout: Rollout): string {
  const { load, steps } = rollout;
  const loadLines = load
    ? [`load: ${load.sent} requests, ${load.failures.length} failed`, ...formatFailures(load)]
    : [];
  return [
    ...alignColumns([columnHeads(rollout), ...steps.map(rowCells)]),
    '',
    ...loadLines,
    describeOutcome(rollout),
    REPORT,
    '',
  ].join('\n');
}

function json({ load, ...rollout }: Rollout): string {
  const summary = load && { sent: load.sent, statuses: load.statuses, failures: load.failures };
  return `${JSON.stringify({ ...rollout, load: summary, report: REPORT })}\n`;
}
