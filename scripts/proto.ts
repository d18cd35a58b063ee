import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from './process/parse-options.ts';
import { ROOT, runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

const PROTO = join(ROOT, 'services/proto');
const GENERATED = join(PROTO, 'gen');
/** What peers out there may still speak: `buf breaking` compares with it. */
const BASELINE = 'baseline.binpb';

const options = parseOptions(
  `npm run proto -- [--check | --accept]

Writes services/proto/gen from the .proto files, and records the bodies of events in services/proto/event-bodies.json,
unless what was published before could not be read any more.

  --check   write nothing; fail when a generated file is not what would be written
  --accept  make the .proto files as they are the baseline that changes are compared with, those of events too:
            for a change that breaks peers on purpose
`,
  { check: { type: 'boolean', default: false }, accept: { type: 'boolean', default: false } },
);

await runVerb(async () => {
  if (options.check) await check();
  else {
    await generate();
    await record();
  }
  if (options.accept) await buf('build', '--output', BASELINE);
});

async function generate(): Promise<void> {
  await rm(GENERATED, { recursive: true, force: true });
  await buf('generate');
}

async function record(): Promise<void> {
  // It reads the graph, and that the code which was just written.
  const { recordEventBodies } = await import('./generate/proto/recorded-event-bodies.ts');
  const problem = await recordEventBodies({ accept: options.accept });
  if (!problem) return;
  console.error(problem);
  process.exitCode = 1;
}

async function check(): Promise<void> {
  const scratch = await mkdtemp(join(tmpdir(), 'weft-proto-'));
  try {
    await buf('generate', '--output', scratch);
    const [is, shouldBe] = [await filesIn(GENERATED), await filesIn(join(scratch, 'gen'))];
    const names = [...new Set([...is.keys(), ...shouldBe.keys()])].sort();
    for (const name of names.filter((name) => is.get(name) !== shouldBe.get(name))) {
      console.error(`services/proto/gen/${name} is stale: run \`npm run proto\` and commit it`);
      process.exitCode = 1;
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function filesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  if (!existsSync(folder)) return new Map();
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts'));
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const)),
  );
}

async function buf(...args: readonly string[]): Promise<void> {
  const { code } = await runTool('buf', args, { cwd: PROTO, inherit: true });
  if (code !== 0) process.exit(code);
}
