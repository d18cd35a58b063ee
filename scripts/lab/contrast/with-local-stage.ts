import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import { withLocalRun } from '../../../mesh/run/local-run.ts';
import { ROOT } from '../../process/run-tool.ts';
import { cast } from './cast.ts';
import { localStage } from './local-stage.ts';
import type { Contrasted } from './report.ts';
import type { Stage } from './stage.ts';

/** Data, logs and manifests of local runs. */
const FOLDER = join(ROOT, '.weft/contrast');

/**
 * Runs the shop on loopback under a layer, for as long as `use` takes. What it says is kept in a file.
 * @param onKill is given a function that ends all processes at once
 * @throws Error when it does not come up, with the file to look at
 */
export async function withLocalStage<T>(
  layer: Contrasted,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  await mkdir(FOLDER, { recursive: true });
  const path = join(FOLDER, `${layer}.log`);
  const log = createWriteStream(path);
  const say = (name: string, text: string) => log.write(`${name} ${text}\n`);
  const { manifests } = cast(layer, 'local');
  const data = join(FOLDER, 'data');
  try {
    return await withLocalRun(
      {
        root: ROOT,
        data,
        reset: false,
        synthesize: async (folder) => void writeManifests(manifests, folder),
        reporter: { line: say, note: say, problem: say },
        environment: process.env,
        signal,
      },
      onKill,
      async (run) => use(await localStage(run, data)),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nwhat the shop said is in ${path}`, { cause: error });
  } finally {
    log.end();
  }
}
