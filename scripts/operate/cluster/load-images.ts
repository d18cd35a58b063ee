import { z } from 'zod';
import { listOf, struct } from '../../process/go-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';
import { pullImage } from '../images/pull-image.ts';
import { CLUSTER, kubectlJson } from './kubectl.ts';

/** An image that lost its tag to another has no names. */
const NODES = z.object({
  items: listOf(z.object({ status: struct({ images: listOf(z.object({ names: listOf(z.string()) })) }) })),
});

/**
 * Puts images on the cluster's nodes, unless they are there. One that this machine does not have is pulled first.
 *
 * @returns the references that were loaded
 */
export async function loadImages(
  references: readonly string[],
  onProgress: (text: string) => void,
  options: ProgramOptions = {},
): Promise<readonly string[]> {
  const { items } = await kubectlJson(NODES, ['get', 'nodes'], options);
  const there = items.map(({ status }) => status.images.flatMap(({ names }) => names));
  const missing = references.filter(
    (reference) => !there.every((names) => names.some((name) => name.endsWith(`/${reference}`))),
  );
  for (const reference of missing) {
    onProgress(`loading ${reference}`);
    await pullImage(reference, options);
    await runProgram('kind', ['load', 'docker-image', reference, '--name', CLUSTER], options);
  }
  return missing;
}
