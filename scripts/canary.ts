import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Version } from '../mesh/graph/service.ts';
import { gatewayAddress } from './operate/cluster/gateway-address.ts';
import { readRelease } from './operate/cluster/release.ts';
import { failureLines } from './operate/load/failures.ts';
import { requestsTo } from './operate/load/requests.ts';
import { canary, type Rollout } from './operate/rollout/canary.ts';
import { cells, heads, outcome, rolloutPage } from './operate/rollout/report/page.ts';
import { columns } from './operate/rollout/shares.ts';
import { versionNamed, versionsNamed } from './operate/rollout/shift-request.ts';
import { readVersions } from './operate/rollout/versions-file.ts';
import { duration, setting, wholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { stopSignals } from './process/stop-signals.ts';

const REPORT = 'dist/canary/report.html';
/** A window is stretched to this many times its length while requests are too few. */
const STRETCH = 10;

const HELP = `npm run canary -- SERVICE VERSION [options]

Gives a version more of the requests, step by step, and compares at each step how many fail and how long they take
with the version that had most of them, by what the sidecars of the pods count. Stops when the version is worse than
the objective allows that charts/shop.ts declares for the service, says why, and takes all requests from it; so does
Ctrl-C. Ends with code 1 when it was stopped. The last step stays: npm run shift -- product v2=0 goes back.

  npm run canary -- product v2
  npm run canary -- product v2 --set WEFT_FAIL_PERCENT=5

  --steps LIST           percents, ascending; default: 1,5,25,50,100
  --window TIME          how long each step is looked at; default: 20s
  --min-requests NUMBER  requests to each version that a comparison needs; the window is stretched for them, to
                         ${STRETCH} times its length; default: 100
  --rate NUMBER          requests a second of its own; 0 relies on the traffic there is; default: 100
  --set KEY=VALUE        a setting of the version for this rollout; may be repeated; taken back if it is stopped
  --json                 one line of JSON; progress goes to standard error
  --help

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
const { signal, onSecond } = stopSignals();

await runVerb(run, { signal });

async function run(): Promise<number> {
  const [service, name, ...rest] = words;
  const { versions: all } = readVersions();
  const versions = versionsNamed(service, all);
  const { name: version, weight } = versionNamed(name, versions);
  if (rest.length > 0) throw new Error(`'${rest[0]}' is too much: give a service and one version`);
  if (weight === 100)
    throw new Error(`${version} has all requests: npm run shift -- ${service} ${version}=0 goes back`);
  const steps = stepsOf(values.steps);
  const windowMs = duration('window', values.window, '1h');
  const minRequests = wholeNumber('min-requests', values['min-requests'], 1, 1_000_000);
  const rate = wholeNumber('rate', values.rate, 0, 2_000);
  const settings = Object.fromEntries(values.set.map((text) => setting('set', text)));
  const release = await readRelease({ signal });
  if (Object.keys(release.tags).length === 0)
    throw new Error('the shop does not run in the cluster: npm run kind:up brings it up');

  const requests = rate > 0 ? await requestsTo(service ?? '', await gatewayAddress(), signal) : undefined;
  if (!requests) note(`no requests of its own are sent to ${service}: it is judged by those that come`);
  onSecond(() =>
    process.stderr.write(
      `stopped while ${version} may still have requests: npm run shift -- ${service} ${version}=0\n`,
    ),
  );
  const rollout = await canary({
    ...{
      service: service ?? '',
      versions,
      version,
      baseline: baselineOf(versions, version),
      steps,
      settings,
    },
    ...{ chosen: release, windowMs, minRequests, maxWindowMs: windowMs * STRETCH, signal, note },
    load: requests && { ...requests, rate },
  });
  await mkdir(dirname(REPORT), { recursive: true });
  await writeFile(REPORT, rolloutPage(rollout, new Date()));
  process.stdout.write(values.json ? json(rollout) : report(rollout));
  return rollout.stopped === undefined ? 0 : 1;
}

/** The version that a new one is to replace: the one with the most requests. */
function baselineOf(versions: readonly Version[], version: string): string {
  const others = versions.filter(({ name }) => name !== version);
  return others.toSorted((a, b) => b.weight - a.weight)[0]?.name ?? '';
}

function stepsOf(text: string): readonly number[] {
  const steps = text.split(',').map((step) => wholeNumber('steps', step, 1, 100));
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
  const seen = load
    ? [`load: ${load.sent} requests, ${load.failures.length} failed`, ...failureLines(load)]
    : [];
  return [...columns([heads(rollout), ...steps.map(cells)]), '', ...seen, outcome(rollout), REPORT, ''].join(
    '\n',
  );
}

function json({ load, ...rollout }: Rollout): string {
  const seen = load && { sent: load.sent, statuses: load.statuses, failures: load.failures };
  return `${JSON.stringify({ ...rollout, load: seen, report: REPORT })}\n`;
}

function note(text: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
}
