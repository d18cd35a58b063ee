import { join } from 'node:path';
import { withBroker } from '../../../charts/chosen-broker.ts';
import { loadEnvironment } from '../../../charts/environments.ts';
import { type Synthesis, synthesizeShop } from '../../../charts/synthesize.ts';
import { formatProblems } from '../../../mesh/check/format-problems.ts';
import type { Service, Version } from '../../../mesh/graph/service.ts';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import type { Chosen } from '../cluster/release.ts';
import { KIND_FOLDER } from '../cluster/synthesize.ts';
import type { VirtualServiceObject } from './routes.ts';
import { ENVIRONMENT, type VersionsFile, withVersions } from './versions-file.ts';

/** A change of versions, synthesized and checked, and not yet made. */
export interface Plan {
  readonly service: Service;
  readonly versions: readonly Version[];
  /** The file of versions as it is to be. */
  readonly file: VersionsFile;
  readonly secrets: Synthesis['secrets'];
  /** Folder with the manifests. */
  readonly outdir: string;
  readonly virtualServices: readonly VirtualServiceObject[];
}

/**
 * Works out what other versions of a service make of the manifests.
 *
 * @param text the file of versions as it is
 * @param chosen what the shop runs with
 * @param folder where manifests are written to, below .weft/kind
 * @throws Error with all that is wrong with the graph then
 */
export function planVersions(
  text: string,
  service: string,
  versions: readonly Version[],
  { tags, broker }: Chosen,
  folder = 'manifests',
): Plan {
  const file = withVersions(text, service, versions);
  const environment = { ...loadEnvironment(ENVIRONMENT), versions: file.versions, imageTagOverrides: tags };
  const { shop, manifests, secrets, problems } = synthesizeShop(
    broker ? withBroker(environment, { broker }) : environment,
  );
  if (problems.length > 0)
    throw new Error(`the graph would be wrong:\n${formatProblems(problems).trimEnd()}`);
  const found = shop.services.find(({ name }) => name === service);
  if (!found) throw new Error(`charts/shop.ts has no service '${service}', charts/versions.json has`);
  const outdir = join(KIND_FOLDER, folder);
  writeManifests(manifests, outdir);
  return {
    service: found,
    versions,
    file,
    secrets,
    outdir,
    virtualServices: manifests
      .map(({ object }) => object as unknown as VirtualServiceObject)
      .filter(({ kind }) => kind === 'VirtualService'),
  };
}
