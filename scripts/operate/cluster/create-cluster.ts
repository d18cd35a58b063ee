import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ProgramOptions, runProgram } from '../../process/run-program.ts';
import { findFreePort } from './find-free-port.ts';
import { readGatewayAddress } from './gateway-address.ts';
import { listKindClusters } from './kind-clusters.ts';
import { kindConfig } from './kind-config.ts';
import { CLUSTER, kubectl } from './kubectl.ts';
import { KIND_FOLDER } from './synthesize.ts';

export interface KindCluster {
  /** Address of the ingress gateway, which need not be installed yet. */
  readonly address: string;
  /** False if the cluster already existed. */
  readonly created: boolean;
}

/**
 * Creates the cluster unless it exists.
 *
 * @param port port of 127.0.0.1 for the ingress gateway of a new cluster; 0 selects a free port
 * @throws Error if the port is in use, or an existing cluster does not respond
 */
export async function createCluster(port: number, options: ProgramOptions = {}): Promise<KindCluster> {
  if ((await listKindClusters()).includes(CLUSTER)) {
    try {
      await kubectl(['get', '--raw', '/readyz'], options);
      return { address: await readGatewayAddress(), created: false };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `cluster ${CLUSTER} exists but does not respond; delete it with npm run kind:down\n${reason}`,
        { cause: error },
      );
    }
  }
  const free = await findFreePort(port);
  await mkdir(KIND_FOLDER, { recursive: true });
  const file = join(KIND_FOLDER, 'cluster.yaml');
  await writeFile(file, kindConfig(free));
  await runProgram('kind', ['create', 'cluster', '--name', CLUSTER, '--config', file], options);
  return { address: `http://127.0.0.1:${free}`, created: true };
}
