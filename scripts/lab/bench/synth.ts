import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../process/run-tool.ts';
import { type Figure, figureOf } from './figure.ts';
import type { Shape } from './synth/objects.ts';

const ENVIRONMENTS = ['local', 'kind', 'production'];

const { NODE_COMPILE_CACHE, ...UNCACHED } = process.env;
/** As `npm run synth` and cdk8s.yaml run it, which also set the size of the young generation. */
const CACHED = { ...UNCACHED, NODE_COMPILE_CACHE: NODE_COMPILE_CACHE ?? 'node_modules/.cache/node' };

/** A process to be timed. */
type Command = (outdir: string) => readonly string[];

/**
 * Times whole processes, one after the other, and compares those of one round: what else the machine does then weighs
 * on both. Each round writes to folders that are new.
 */
export async function* run(): AsyncGenerator<Figure> {
  yield* [
    ratio(
      '1,000 services, one chart, to plain cdk8s',
      7,
      ours(1_000, 'one-chart'),
      plain(1_000, 'one-chart'),
      1,
    ),
    ratio(
      '1,000 services, one chart each, to plain cdk8s',
      3,
      ours(1_000, 'chart-per-service'),
      plain(1_000, 'chart-per-service'),
      1 / 3,
    ),
    ratio('3,000 services to 1,000, one chart', 7, ours(3_000, 'one-chart'), ours(1_000, 'one-chart'), 3.5),
    ratio(
      '3,000 services to 1,000, one chart each',
      5,
      ours(3_000, 'chart-per-service'),
      ours(1_000, 'chart-per-service'),
      3.5,
    ),
    ratio(
      'a graph of 1,000 services, compiled, to plain cdk8s',
      3,
      ours(1_000, 'graph'),
      plain(1_000, 'graph'),
      1,
    ),
    ratio(
      'a graph of 3,000 services, compiled, to 1,000',
      3,
      ours(3_000, 'graph'),
      ours(1_000, 'graph'),
      3.5,
    ),
    ...ENVIRONMENTS.map((name) =>
      ratio(`the shop (${name}) to loading cdk8s-plus-28`, 15, shop(name), loading, 1.5),
    ),
  ];
}

const ours = (services: number, shape: Shape): Command => script('ours', services, shape);
const plain = (services: number, shape: Shape): Command => script('plain', services, shape);

function script(name: string, services: number, shape: Shape): Command {
  return (outdir) => [`scripts/lab/bench/synth/${name}.ts`, outdir, String(services), shape];
}

function shop(environment: string): Command {
  return (outdir) => ['--min-semi-space-size=16', 'charts/main.ts', '--env', environment, '--out', outdir];
}

const loading: Command = () => ['-e', "require('cdk8s-plus-28')"];

/** How many times as long one process takes as the other, round by round. */
function ratio(figure: string, rounds: number, one: Command, other: Command, target: number): Figure {
  // The first run of each fills the file system's and the compile cache.
  time(one);
  time(other);
  const ratios = Array.from({ length: rounds }, () => time(one) / time(other));
  return figureOf(ratios, { figure, unit: 'ratio', target, better: 'lower' });
}

function time(command: Command): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-bench-'));
  try {
    const start = performance.now();
    execFileSync(process.execPath, command(path.join(folder, 'out')), {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: command === loading ? UNCACHED : CACHED,
    });
    return performance.now() - start;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
