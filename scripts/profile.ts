import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { formatShare } from './operate/profile/format-share.ts';
import type { Frame } from './operate/profile/frame.ts';
import { openLocalTarget } from './operate/profile/local-target.ts';
import { flameGraphPage } from './operate/profile/page/flame-graph-page.ts';
import { openPodTarget } from './operate/profile/pod-target.ts';
import { cpuTree, heapTree, sharesByPart } from './operate/profile/profile-tree.ts';
import { recordProfiles } from './operate/profile/record-profiles.ts';
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
  if (service === undefined || others.length > 0)
    throw new UsageError(`name one service, such as order, in place of '${words.join(' ')}'; see --help`);
  const seconds = parseWholeNumber('seconds', values.seconds, 1, 300);
  const env = parseChoice('env', values.env, ['local', 'kind']);
  if (values.pod !== undefined && env === 'local')
    throw new UsageError(`--pod '${values.pod}' needs --env kind: a local run has one process per service`);
  const target =
    env === 'local'
      ? await openLocalTarget(service, resolve(values.data))
      : await openPodTarget(service, values.pod);
  try {
    process.stderr.write(`recording ${target.name} for ${seconds} s\n`);
    const { cpu, heap } = await recordProfiles(target.inspectorUrl, seconds, signal);
    const [cpuRoot, heapRoot] = [cpuTree(cpu), heapTree(heap)];
    const createdAt = new Date().toISOString();
    const base = `${service}-${createdAt.slice(0, 19).replaceAll(/[-:]/g, '')}`;
    const busyShare = cpuRoot.total / (seconds * 1e6);
    const page = await flameGraphPage({
      title: `Profile of ${service}`,
      createdAt,
      provenance: [target.name, `${seconds} s`, `${(busyShare * 100).toFixed(0)} % of one core`],
      graphs: [
        {
          id: 'cpu',
          title: 'CPU',
          description: 'The width of a frame is the time that a function was running, or one that it called.',
          unit: 'us',
          root: cpuRoot,
        },
        {
          id: 'heap',
          title: 'Allocated memory',
          description:
            'The width of a frame is the memory that was allocated during the recording and is still in use.',
          unit: 'bytes',
          root: heapRoot,
        },
      ],
    });
    const files = {
      page: `${base}.html`,
      cpuProfile: `${base}.cpuprofile`,
      heapProfile: `${base}.heapprofile`,
    };
    await mkdir(values.out, { recursive: true });
    const contents = { page, cpuProfile: JSON.stringify(cpu), heapProfile: JSON.stringify(heap) };
    const paths = Object.fromEntries(
      Object.entries(files).map(([kind, name]) => [kind, join(values.out, name)]),
    );
    for (const [kind, path] of Object.entries(paths))
      await writeFile(path, contents[kind as keyof typeof contents]);
    if (values.json) {
      const result = { service, seconds, busyShare, ...paths };
      const shares = { cpu: sharesByPart(cpuRoot), heap: sharesByPart(heapRoot) };
      process.stdout.write(`${JSON.stringify({ ...result, ...shares })}\n`);
    } else print(service, busyShare, cpuRoot, heapRoot, Object.values(paths));
  } finally {
    await target.close();
  }
}

function print(service: string, busyShare: number, cpu: Frame, heap: Frame, paths: readonly string[]): void {
  const lines = [`${service} used ${(busyShare * 100).toFixed(0)} % of one core`];
  for (const [title, root, unit] of [
    ['CPU by part, without what it calls', cpu, 'us'],
    ['memory by part, allocated and still in use', heap, 'bytes'],
  ] as const) {
    lines.push('', title);
    for (const { part, self, share } of sharesByPart(root).slice(0, LISTED_PARTS)) {
      const [percent, size] = formatShare(self, share, unit);
      lines.push(`  ${percent.padStart(7)} ${size.padStart(10)}  ${part}`);
    }
  }
  process.stdout.write(`${[...lines, '', ...paths].join('\n')}\n`);
}
