import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ROOT } from '../../process/run-tool.ts';
import { type Figure, summarize } from './figure.ts';
import type { SynthShape } from './synth/objects.ts';

const ENVIRONMENTS = ['local', 'kind', 'production'];

const { NODE_COMPILE_CACHE, ...UNCACHED } = process.env;
/** The compile cache that `npm run synth` and cdk8s.yaml set. They also set the size of the young generation. */
const CACHED = { ...UNCACHED, NODE_COMPILE_CACHE: NODE_COMPILE_CACHE ?? 'node_modules/.cache/node' };

/** Arguments of the node process to time. */
type Command = (outdir: string) => readonly string[];

/**
 * Measures synthesis by timing whole processes. Ratios compare two consecutive processes, so that other load on the machine
 * affects both. Each process writes to a new folder.
 */
export async function* run(): AsyncGenerator<Figure> {
  yield* [
    measureRatio(
      '1,000 services, one chart, relative to plain cdk8s',
      7,
      weft(1_000, 'one-chart'),
      cdk8s(1_000, 'one-chart'),
      1,
    ),
    measureRatio(
      '1,000 services, one chart each, relative to plain cdk8s',
      3,
      weft(1_000, 'chart-per-service'),
      cdk8s(1_000, 'chart-per-service'),
      1 / 3,
    ),
    measureRatio(
      '3,000 services relative to 1,000, one chart',
      7,
      weft(3_000, 'one-chart'),
      weft(1_000, 'one-chart'),
      3.5,
    ),
    measureRatio(
      '3,000 services relative to 1,000, one chart each',
      5,
      weft(3_000, 'chart-per-service'),
      weft(1_000, 'chart-per-service'),
      3.5,
    ),
    measureRatio(
      'a graph of 1,000 services, compiled, relative to plain cdk8s',
      3,
      weft(1_000, 'graph'),
      cdk8s(1_000, 'graph'),
      1,
    ),
    measureRatio(
      'a graph of 3,000 services, compiled, relative to 1,000',
      3,
      weft(3_000, 'graph'),
      weft(1_000, 'graph'),
      3.5,
    ),
    ...ENVIRONMENTS.map((name) =>
      measureRatio(
        `the shop (${name}), relative to loading cdk8s-plus-28`,
        15,
        synthesizeShop(name),
        LOAD_CDK8S_PLUS,
        1.5,
      ),
    ),
  ];
}

const weft = (services: number, shape: SynthShape): Command => createCommand('weft', services, shape);
const cdk8s = (services: number, shape: SynthShape): Command => createCommand('cdk8s', services, shape);

function createCommand(name: string, services: number, shape: SynthShape): Command {
  return (outdir) => [`scripts/lab/bench/synth/${name}.ts`, outdir, String(services), shape];
}

function synthesizeShop(environment: string): Command {
  return (outdir) => ['--min-semi-space-size=16', 'charts/main.ts', '--env', environment, '--out', outdir];
}

const LOAD_CDK8S_PLUS: Command = () => ['-e', "require('cdk8s-plus-28')"];

/** Measures how many times longer one process takes than a reference process. */
function measureRatio(
  figure: string,
  rounds: number,
  command: Command,
  reference: Command,
  target: number,
): Figure {
  // Warms up the file system cache and the compile cache.
  time(command);
  time(reference);
  const ratios = Array.from({ length: rounds }, () => time(command) / time(reference));
  return summarize(ratios, { figure, unit: 'ratio', target, better: 'lower' });
}

function time(command: Command): number {
  const folder = mkdtempSync(path.join(tmpdir(), 'weft-bench-'));
  try {
    const start = performance.now();
    execFileSync(process.execPath, command(path.join(folder, 'out')), {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: command === LOAD_CDK8S_PLUS ? UNCACHED : CACHED,
    });
    return performance.now() - start;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
