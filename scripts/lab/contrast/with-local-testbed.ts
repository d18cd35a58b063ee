import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import { withLocalRun } from '../../../mesh/run/local-run.ts';
import { ROOT } from '../../process/run-tool.ts';
import { synthesizeDeployment } from './deployment.ts';
import { createLocalTestbed } from './local-testbed.ts';
import type { ContrastLayer } from './report.ts';
import type { ContrastTestbed } from './testbed.ts';

/** Data, logs and manifests of local runs. */
const FOLDER = join(ROOT, '.weft/contrast');

/**
 * Runs the shop as local processes under a layer while `use` runs. Writes its output to a log file.
 * @param onKill receives a function that kills all processes
 * @throws Error with the path of the log file when the shop does not start
 */
export async function withLocalTestbed<T>(
  layer: ContrastLayer,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
  use: (testbed: ContrastTestbed) => Promise<T>,
): Promise<T> {
  await mkdir(FOLDER, { recursive: true });
  const logPath = join(FOLDER, `${layer}.log`);
  const log = createWriteStream(logPath);
  const writeLog = (name: string, text: string) => log.write(`${name} ${text}\n`);
  const { manifests } = synthesizeDeployment(layer, 'local');
  const data = join(FOLDER, 'data');
  try {
    return await withLocalRun(
      {
        root: ROOT,
        data,
        reset: false,
        synthesize: async (folder) => void writeManifests(manifests, folder),
        reporter: { line: writeLog, note: writeLog, problem: writeLog },
        environment: process.env,
        signal,
      },
      onKill,
      async (run) => use(await createLocalTestbed(run, data)),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nthe output of the shop is in ${logPath}`, { cause: error });
  } finally {
    log.end();
  }
}
