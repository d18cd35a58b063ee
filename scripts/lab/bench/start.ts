import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startPostgres } from '../../../mesh/run/postgres/embedded-postgres.ts';
import { ROOT } from '../../process/run-tool.ts';
import { type Figure, summarize } from './figure.ts';
import { readResidentMiB } from './resident-memory.ts';

const RUNS = 3;
const MEMORY_TARGET_MIB = 1_024;

/**
 * Measures the time from `npm start` on an installed checkout to the first confirmed order, also as a ratio to starting a
 * bare Postgres in the same run, and the memory of all processes afterwards.
 */
export async function* run(): AsyncGenerator<Figure> {
  const ratios: number[] = [];
  const seconds: number[] = [];
  const memory: number[] = [];
  for (let round = 1; round <= RUNS; round++) {
    process.stderr.write(`start: run ${round} of ${RUNS}\n`);
    const bareMs = await timePostgres();
    const shopMs = await inFolder(timeFirstOrder);
    ratios.push(shopMs / bareMs);
    seconds.push(shopMs / 1_000);
    memory.push(await inFolder(measureMemory));
  }
  yield* [
    summarize(seconds, {
      figure: 'npm start to the first confirmed order, new data',
      unit: 's',
      better: 'lower',
    }),
    summarize(ratios, {
      figure: 'the same, relative to starting and stopping a bare Postgres',
      unit: 'ratio',
      better: 'lower',
    }),
    summarize(memory, {
      figure: 'memory of all processes together, after start',
      unit: 'MiB',
      target: MEMORY_TARGET_MIB,
      better: 'lower',
    }),
  ];
}

/** Starts `npm start` with options. */
export function startShop(
  options: readonly string[],
  data: string,
  variables: Readonly<Record<string, string>> = {},
): ChildProcess {
  return spawn('npm', ['start', '--silent', '--', ...options, '--data', data], {
    cwd: ROOT,
    env: { ...process.env, ...variables },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function timePostgres(): Promise<number> {
  const start = performance.now();
  await (await startPostgres()).stop();
  return performance.now() - start;
}

/**
 * Returns the milliseconds from `npm start` to the first confirmed order.
 * @param data folder for the data of the shop
 * @param variables further environment variables
 */
export async function timeFirstOrder(
  data: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<number> {
  const start = performance.now();
  const shop = startShop(['--once'], data, variables);
  const exited = once(shop, 'exit');
  await readFirstLine(shop);
  const milliseconds = performance.now() - start;
  await exited;
  return milliseconds;
}

async function measureMemory(data: string): Promise<number> {
  const shop = startShop(['--json'], data);
  const exited = once(shop, 'exit');
  await readFirstLine(shop);
  const mebibytes = await readResidentMiB(shop.pid ?? 0);
  shop.kill('SIGTERM');
  await exited;
  return mebibytes;
}

/** Returns the first line that `npm start` prints. @throws Error if it exits before */
export async function readFirstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout) for await (const line of createInterface(stdout)) return line;
  throw new Error('npm start exited before it printed a line; run it manually to see the error');
}

/** Runs `work` with a temporary folder and removes the folder afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
