import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { ROOT } from '../../process/run-tool.ts';
import { type LocalTestbed, withLocalTestbed } from '../testbed/local-testbed.ts';
import type { ContrastTestbed } from './contrast-testbed.ts';
import { synthesizeDeployment } from './deployment.ts';
import type { ContrastLayer } from './report.ts';

/** Data, logs and manifests of local runs. */
const FOLDER = join(ROOT, '.weft/contrast');
const DATA = join(FOLDER, 'data');
const ENDPOINTS_FILE = join(DATA, 'endpoints.json');
const ENDPOINTS = z.record(z.string(), z.array(z.unknown()));

/**
 * Runs the shop as local processes under a layer while `use` runs.
 * @param onKill receives a function that kills all processes
 * @throws Error with the path of the log file when the shop does not start
 */
export async function withLocalContrastTestbed<T>(
  layer: ContrastLayer,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
  use: (testbed: ContrastTestbed) => Promise<T>,
): Promise<T> {
  const { manifests } = synthesizeDeployment(layer, 'local');
  const synthesize = async (folder: string) => void writeManifests(manifests, folder);
  return withLocalTestbed(
    { data: DATA, logPath: join(FOLDER, `${layer}.log`), reset: false, synthesize, signal },
    onKill,
    async (testbed) => use(await createTestbed(testbed)),
  );
}

async function createTestbed(testbed: LocalTestbed): Promise<ContrastTestbed> {
  const { run } = testbed;
  const endpoints = readJson(ENDPOINTS, await readFile(ENDPOINTS_FILE, 'utf8'), { name: ENDPOINTS_FILE });
  const scales = new Map<string, number>();
  return {
    ...testbed,
    async replicas(service) {
      const replicas = await testbed.replicas(service);
      return replicas.slice(0, service === undefined ? undefined : scales.get(service));
    },
    async restart(service) {
      for (const pod of run.pods.filter(({ container }) => container.name === service))
        await run.restart(pod);
    },
    // Callers read the endpoints file twice a second. A process that is not listed keeps running without calls.
    async scale(service, replicas) {
      scales.set(service, replicas);
      const scaled = Object.entries(endpoints).map(([address, list]) =>
        address.startsWith(`${service}.`) ? [address, list.slice(0, replicas)] : [address, list],
      );
      await writeFile(ENDPOINTS_FILE, `${JSON.stringify(Object.fromEntries(scaled), undefined, 2)}\n`);
    },
  };
}
