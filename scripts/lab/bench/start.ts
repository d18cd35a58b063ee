import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startPostgres } from '../../../mesh/run/postgres/embedded-postgres.ts';
import { ROOT } from '../../process/run-tool.ts';
import { type Figure, figureOf } from './figure.ts';
import { residentMiB } from './resident.ts';

const RUNS = 3;
const MEMORY_TARGET_MIB = 1_024;

/**
 * From `npm start` on an installed checkout to the first confirmed order, beside starting a bare Postgres in the same
 * run; and what all processes together keep in memory then.
 */
export async function* run(): AsyncGenerator<Figure> {
  const ratios: number[] = [];
  const seconds: number[] = [];
  const memory: number[] = [];
  for (let round = 1; round <= RUNS; round++) {
    process.stderr.write(`start: run ${round} of ${RUNS}\n`);
    const bare = await timeToBarePostgres();
    const shop = await inFolder(timeToFirstOrder);
    ratios.push(shop / bare);
    seconds.push(shop / 1_000);
    memory.push(await inFolder(memoryOfShop));
  }
  yield* [
    figureOf(seconds, {
      figure: 'npm start to the first confirmed order, new data',
      unit: 's',
      better: 'lower',
    }),
    figureOf(ratios, {
      figure: 'the same, to starting and stopping a bare Postgres',
      unit: 'ratio',
      better: 'lower',
    }),
    figureOf(memory, {
      figure: 'memory of all processes together, after start',
      unit: 'MiB',
      target: MEMORY_TARGET_MIB,
      better: 'lower',
    }),
  ];
}

function startShop(options: readonly string[], data: string): ChildProcess {
  return spawn('npm', ['start', '--silent', '--', ...options, '--data', data], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function timeToBarePostgres(): Promise<number> {
  const start = performance.now();
  await (await startPostgres()).stop();
  return performance.now() - start;
}

async function timeToFirstOrder(data: string): Promise<number> {
  const start = performance.now();
  const shop = startShop(['--once'], data);
  const exited = once(shop, 'exit');
  await firstLine(shop);
  const milliseconds = performance.now() - start;
  await exited;
  return milliseconds;
}

async function memoryOfShop(data: string): Promise<number> {
  const shop = startShop(['--json'], data);
  const exited = once(shop, 'exit');
  await firstLine(shop);
  const mebibytes = await residentMiB(shop.pid ?? 0);
  shop.kill('SIGTERM');
  await exited;
  return mebibytes;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout) for await (const line of createInterface(stdout)) return line;
  throw new Error('npm start ended before it printed a line: run it by hand to see why');
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
