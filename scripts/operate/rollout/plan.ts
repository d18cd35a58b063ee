import { join } from 'node:path';
import { withBroker } from '../../../charts/broker-override.ts';
import { loadEnvironment } from '../../../charts/environments.ts';
import { observabilityFiles } from '../../../charts/observability/files.ts';
import { withObservability } from '../../../charts/observability-override.ts';
import { type Synthesis, synthesizeShop } from '../../../charts/synthesize.ts';
import { formatProblems } from '../../../mesh/check/format-problems.ts';
import type { Service } from '../../../mesh/graph/service.ts';
import type { Version } from '../../../mesh/graph/version.ts';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import type { ReleaseOptions } from '../cluster/release.ts';
import { KIND_FOLDER } from '../cluster/synthesize.ts';
import type { VirtualServiceObject } from './routes.ts';
import { ENVIRONMENT, replaceVersions, type VersionsFile } from './versions-file.ts';

/** A change of versions that is synthesized and checked, but not applied. */
export interface RolloutPlan {
  readonly service: Service;
  readonly versions: readonly Version[];
  /** The new file of versions. */
  readonly file: VersionsFile;
  readonly secrets: Synthesis['secrets'];
  /** Folder with the manifests. */
  readonly outdir: string;
  readonly virtualServices: readonly VirtualServiceObject[];
}

/**
 * Synthesizes the manifests for new versions of a service.
 *
 * @param text the current file of versions
 * @param release options of the running release
 * @param folder folder for the manifests, below .weft/kind
 * @throws Error with all problems of the new graph
 */
export function planVersions(
  text: string,
  service: string,
  versions: readonly Version[],
  { tags, broker, observability }: ReleaseOptions,
  folder = 'manifests',
): RolloutPlan {
  const file = replaceVersions(text, service, versions);
  const base = { ...loadEnvironment(ENVIRONMENT), versions: file.versions, imageTagOverrides: tags };
  const environment = observability ? withObservability(base, observability) : base;
  const { shop, manifests, secrets, problems } = synthesizeShop(
    broker ? withBroker(environment, { broker }) : environment,
    observabilityFiles,
  );
  if (problems.length > 0)
    throw new Error(`the new versions make the graph invalid:\n${formatProblems(problems).trimEnd()}`);
  const changed = shop.services.find(({ name }) => name === service);
  if (!changed)
    throw new Error(
      `charts/versions.json has service '${service}', which charts/shop.ts does not declare; remove it, or declare it`,
    );
  const outdir = join(KIND_FOLDER, folder);
  writeManifests(manifests, outdir);
  return {
    service: changed,
    versions,
    file,
    secrets,
    outdir,
    virtualServices: manifests
      .map(({ object }) => object as unknown as VirtualServiceObject)
      .filter(({ kind }) => kind === 'VirtualService'),
  };
}
