import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from './process/parse-options.ts';
import { ROOT, runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

const PROTO = join(ROOT, 'services/proto');
const GENERATED = join(PROTO, 'gen');
/** The published .proto files, which `buf breaking` compares with. */
const BASELINE = 'baseline.binpb';

const options = parseOptions(
  `npm run proto -- [--check | --accept]

Generates services/proto/gen from the .proto files, and records the bodies of events in
services/proto/event-bodies.json, unless published events would become unreadable.

  --check   write nothing; exit with code 1 if a generated file is out of date
  --accept  make the current .proto files the baseline for breaking changes, also of events;
            for an intended breaking change
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
  // A static import would load the graph before its generated code exists.
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
    const [current, expected] = [await filesIn(GENERATED), await filesIn(join(scratch, 'gen'))];
    const names = [...new Set([...current.keys(), ...expected.keys()])].sort();
    for (const name of names.filter((name) => current.get(name) !== expected.get(name))) {
      console.error(`services/proto/gen/${name} is out of date: run npm run proto`);
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
