import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadEnvironment } from '../../../charts/environments.ts';
import { istioInstallSpec } from '../../../mesh/compile/istio/install.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { istioOperator } from './istio-operator.ts';
import { istioctl, kubectl } from './kubectl.ts';
import { KIND_FOLDER } from './synthesize.ts';

const HASH = 'weft/istio-operator';
const NAMESPACE = 'istio-system';

/**
 * Installs Istio unless it is installed from the same configuration.
 *
 * @returns whether Istio was installed
 */
export async function installIstio(address: string, options: ProgramOptions = {}): Promise<boolean> {
  const operator = istioOperator(address, istioInstallSpec(loadEnvironment('kind')));
  const hash = createHash('sha256').update(operator).digest('hex').slice(0, 16);
  const label = `--output=jsonpath={.metadata.annotations.${HASH.replaceAll('.', '\\.')}}`;
  const installed = await kubectl(['get', 'namespace', NAMESPACE, '--ignore-not-found', label], options);
  if (installed === hash) return false;
  await mkdir(KIND_FOLDER, { recursive: true });
  const file = join(KIND_FOLDER, 'istio.yaml');
  await writeFile(file, operator);
  await istioctl(['install', '-y', '-f', file], options);
  await kubectl(['annotate', 'namespace', NAMESPACE, `${HASH}=${hash}`, '--overwrite'], options);
  // No pod of the shop runs in this namespace. The label prevents a warning of `istioctl analyze` about missing
  // injection.
  await kubectl(['label', 'namespace', 'default', 'istio-injection=disabled', '--overwrite'], options);
  return true;
}
