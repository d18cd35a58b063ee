import { z } from 'zod';
import { listOf, struct } from '../../process/go-json.ts';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';
import { pullImage } from '../images/pull-image.ts';
import { CLUSTER, kubectlJson } from './kubectl.ts';

/** The images of nodes. An image has no names after its tag was moved to another image. */
const NODES = z.object({
  items: listOf(z.object({ status: struct({ images: listOf(z.object({ names: listOf(z.string()) })) }) })),
});

/**
 * Loads images onto the nodes that do not have them. An image that is missing on this machine is pulled first.
 *
 * @returns the references of the loaded images
 */
export async function loadImages(
  references: readonly string[],
  onProgress: (text: string) => void,
  options: ProgramOptions = {},
): Promise<readonly string[]> {
  const { items } = await kubectlJson(NODES, ['get', 'nodes'], options);
  const present = items.map(({ status }) => status.images.flatMap(({ names }) => names));
  const missing = references.filter(
    (reference) =>
      !present.every((names) => names.some((name) => name === reference || name.endsWith(`/${reference}`))),
  );
  for (const reference of missing) {
    onProgress(`loading ${reference}`);
    await pullImage(reference, options);
    await runProgram('kind', ['load', 'docker-image', reference, '--name', CLUSTER], options);
  }
  return missing;
}
