import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { imageTags } from '../../../mesh/run/image-tags.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { QUERY_TIMEOUT_MS } from '../../process/program-json.ts';
import { ProgramError, runProgram } from '../../process/run-program.ts';
import { ROOT } from '../../process/run-tool.ts';

export interface BuiltImage {
  readonly service: string;
  readonly reference: string;
  readonly tag: string;
  /** Size of all layers, in bytes. */
  readonly bytes: number;
  /** Size of the layers above node:24-bookworm-slim, in bytes. */
  readonly ownBytes: number;
  /** False if an image of the same sources existed. */
  readonly built: boolean;
}

export interface BuildOptions {
  /** Tag of all images. @default a hash of the sources of each image, see `imageTags` */
  readonly tag?: string;
  readonly signal?: AbortSignal;
  /** Receives progress messages. */
  readonly onProgress?: (text: string) => void;
}

/**
 * Builds the image of each service as `weft/<service>:<tag>`. Without `tag`, existing images of the same sources are
 * not rebuilt.
 *
 * @throws ProgramError with the output of docker
 */
export async function buildImages(
  services: readonly string[],
  { tag, signal, onProgress = () => {} }: BuildOptions = {},
): Promise<readonly BuiltImage[]> {
  const docker = (...args: readonly string[]) => runProgram('docker', args, signal ? { signal } : {});
  const tags = tag === undefined ? await imageTags(services, ROOT) : {};
  const labels = await buildArguments();
  const images: BuiltImage[] = [];
  // Sequential builds reuse shared layers, and one docker build uses all cores.
  for (const service of services) {
    const own = tag ?? tags[service] ?? '';
    const reference = `weft/${service}:${own}`;
    const built = tag !== undefined || !(await exists(docker, reference));
    if (built) {
      onProgress(`building ${reference}`);
      const file = ['--file', 'services/Dockerfile', '--build-arg', `SERVICE=${service}`, ...labels];
      await docker('build', ...file, '--tag', reference, ROOT);
    }
    images.push({ service, reference, tag: own, built, ...(await sizes(docker, reference)) });
  }
  return images;
}

type Docker = (...args: readonly string[]) => Promise<string>;

async function exists(docker: Docker, reference: string): Promise<boolean> {
  try {
    await docker('image', 'inspect', '--format', 'there', reference);
    return true;
  } catch (error) {
    if (error instanceof ProgramError) return false;
    throw error;
  }
}

async function buildArguments(): Promise<readonly string[]> {
  return [
    '--build-arg',
    `VERSION=${await readPackageVersion()}`,
    '--build-arg',
    `REVISION=${await revision()}`,
  ];
}

const PACKAGE = z.object({ version: z.string() });

/** Returns the version in package.json. */
async function readPackageVersion(): Promise<string> {
  const file = join(ROOT, 'package.json');
  return readJson(PACKAGE, await readFile(file, 'utf8'), { name: file }).version;
}

/** Returns the commit of the checkout, or `unknown` without git. */
async function revision(): Promise<string> {
  try {
    const words = ['-C', ROOT, 'rev-parse', 'HEAD'];
    return (await runProgram('git', words, { timeoutMs: QUERY_TIMEOUT_MS })).trim();
  } catch {
    return 'unknown';
  }
}

/** Returns the sizes of an image. Layers are listed newest first; those above the base image start with WORKDIR. */
async function sizes(docker: Docker, reference: string): Promise<Pick<BuiltImage, 'bytes' | 'ownBytes'>> {
  const format = '{{.Size}}\t{{.CreatedBy}}';
  const history = await docker('history', '--no-trunc', '--human=false', '--format', format, reference);
  let bytes = 0;
  let ownBytes = 0;
  let own = true;
  for (const line of history.trimEnd().split('\n')) {
    const [size = '', createdBy = ''] = line.split('\t');
    bytes += bytesOf(size);
    if (own) ownBytes = bytes;
    if (createdBy.includes('WORKDIR /app')) own = false;
  }
  return { bytes, ownBytes };
}

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9 };

/** Parses a size: a number of bytes, or a text such as `23.7 MB`, which Podman prints in spite of `--human=false`. */
function bytesOf(size: string): number {
  const [, number = '0', unit = 'B'] = /^([\d.]+)\s*([kKMG]?B)?$/.exec(size) ?? [];
  return Number(number) * (UNITS[unit] ?? 1);
}
