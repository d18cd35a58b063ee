import { resolve } from 'node:path';
import { formatPercent, formatShare } from './operate/profile/format-share.ts';
import { openLocalTarget } from './operate/profile/local-target.ts';
import { openPodTarget } from './operate/profile/pod-target.ts';
import { sharesByPart } from './operate/profile/profile-tree.ts';
import { recordProfiles } from './operate/profile/record-profiles.ts';
import { makeProfileFolder, type WrittenRecording, writeProfiles } from './operate/profile/write-profiles.ts';
import { parseChoice, parseWholeNumber } from './process/option-values.ts';
import { parseWords } from './process/parse-options.ts';
import { ROOT } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm run profile -- SERVICE [options]

Records where a service spends its CPU and what it allocates, while it serves requests. Writes a CPU profile and a heap
profile for the developer tools of Chromium, and both as flame graphs on one page. The service needs no restart.

  --seconds N  length of the recording, 1 to 300; default: 10
  --env NAME   where the shop runs: local (npm start) or kind (npm run kind:up); default: local
  --pod NAME   pod in the cluster; default: the first ready pod of the service
  --data DIR   data folder of the local run; default: .weft
  --out DIR    folder of the files; default: dist/profiles
  --json       print the files and the shares as one line of JSON
  --help       print this help
`;

const { values, words } = parseWords(HELP, {
  seconds: { type: 'string', default: '10' },
  env: { type: 'string', default: 'local' },
  pod: { type: 'string' },
  data: { type: 'string', default: resolve(ROOT, '.weft') },
  out: { type: 'string', default: resolve(ROOT, 'dist/profiles') },
  json: { type: 'boolean', default: false },
});
const { signal } = listenForStopSignals();

/** Parts that the terminal lists. The page has all of them. */
const LISTED_PARTS = 15;

await runVerb(main, { signal });

async function main(): Promise<void> {
  const [service, ...others] = words;
  if (service === undefined)
    throw new UsageError('the name of a service is missing; name one, such as order');
  if (others.length > 0)
    throw new UsageError(`'${words.join(' ')}' is more than one service; record one at a time`);
  const seconds = parseWholeNumber('seconds', values.seconds, 1, 300);
  const env = parseChoice('env', values.env, ['local', 'kind']);
  if (values.pod !== undefined && env === 'local')
    throw new UsageError(`--pod '${values.pod}' needs --env kind: a local run has processes instead of pods`);
  const out = resolve(values.out);
  // Before the recording, so that no recording is lost.
  await makeProfileFolder(out);
  const target =
    env === 'local'
      ? await openLocalTarget(service, resolve(values.data), signal)
      : await openPodTarget(service, values.pod, signal);
  try {
    process.stderr.write(`recording ${target.name} for ${seconds} s\n`);
    const profiles = await recordProfiles(target, seconds, signal);
    const recording = { service, target: target.name, seconds, profiles };
    const written = await writeProfiles(out, recording);
    process.stdout.write(
      values.json ? formatJson(service, target.name, seconds, written) : formatText(service, written),
    );
  } finally {
    await target.close();
  }
}

function formatJson(service: string, target: string, seconds: number, written: WrittenRecording): string {
  const { cpu, heap, ...facts } = written;
  const shares = { cpu: sharesByPart(cpu), heap: sharesByPart(heap) };
  return `${JSON.stringify({ service, target, seconds, ...facts, ...shares })}\n`;
}

function formatText(service: string, written: WrittenRecording): string {
  const { cpu, heap, busyShare, page, cpuProfile, heapProfile } = written;
  const lines = [`${service} used ${formatPercent(busyShare)} of one core`];
  for (const [title, root, unit] of [
    ['CPU: self time by part', cpu, 'us'],
    ['memory: allocations by part', heap, 'bytes'],
  ] as const) {
    lines.push('', title);
    for (const { part, self, share } of sharesByPart(root).slice(0, LISTED_PARTS)) {
      const [percent, size] = formatShare(self, share, unit);
      lines.push(`  ${percent.padStart(7)} ${size.padStart(10)}  ${part}`);
    }
  }
  return `${[...lines, '', page, cpuProfile, heapProfile].join('\n')}\n`;
}
