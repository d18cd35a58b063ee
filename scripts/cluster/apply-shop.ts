import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import type { ProgramOptions } from '../process/run-program.ts';
import { type Applied, applyObjects, prune } from './apply-manifests.ts';
import { kubectl, NAMESPACE } from './kubectl.ts';
import { makeSecrets } from './make-secrets.ts';
import { readObjects } from './objects.ts';
import { readRelease, writeRelease } from './release.ts';
import { waitForRollout } from './rollout.ts';
import type { Synthesized } from './synthesize.ts';

export interface AppliedShop extends Applied {
  readonly removed: readonly string[];
  /** Secrets that were missing. */
  readonly made: readonly SecretKey[];
}

/** How long a database may take to come up, milliseconds. */
const DATA_PATIENCE = 180_000;

/**
 * Brings the cluster to what the manifests say, in an order that works at the first try: namespace, secrets, the data
 * and all rules, and, once the data is there, what runs. What an earlier release had and this one has not is removed.
 *
 * @param tags image tags of the manifests, kept with the release
 */
export async function applyShop(
  { outdir, secrets }: Pick<Synthesized, 'outdir' | 'secrets'>,
  tags: Readonly<Record<string, string>>,
  options: ProgramOptions = {},
): Promise<AppliedShop> {
  const objects = await readObjects(outdir);
  const isNamespace = ({ kind }: { kind: string }) => kind === 'Namespace';
  const runs = ({ kind }: { kind: string }) => kind === 'Deployment' || kind === 'HorizontalPodAutoscaler';

  const namespace = await applyObjects(objects.filter(isNamespace), options);
  const earlier = await readRelease(options);
  const made = await makeSecrets(secrets, options);
  const rules = await applyObjects(
    objects.filter((object) => !isNamespace(object) && !runs(object)),
    options,
  );
  await waitForRollout('statefulsets', { ...options, patienceMs: DATA_PATIENCE });
  if (rules.changed.includes(`ConfigMap ${NAMESPACE}/postgres-setup`)) await setUpPostgres(options);
  const running = await applyObjects(objects.filter(runs), options);
  const removed = await prune(earlier.objects, objects, options);
  const parts = [namespace, rules, running];
  const release = { tags, objects };
  if (parts.some(changesSomething) || removed.length > 0 || earlier.objects.length === 0)
    await writeRelease(release, options);
  return {
    created: parts.flatMap(({ created }) => created),
    changed: parts.flatMap(({ changed }) => changed),
    unchanged: parts.flatMap(({ unchanged }) => unchanged),
    removed,
    made,
  };
}

function changesSomething({ created, changed }: Applied): boolean {
  return created.length + changed.length > 0;
}

/** Makes the databases and roles of services that came later. The kubelet may need a minute to show the pod the file. */
async function setUpPostgres(options: ProgramOptions): Promise<void> {
  const script = await kubectl(
    [
      'get',
      'configmap',
      'postgres-setup',
      `--namespace=${NAMESPACE}`,
      '--output=jsonpath={.data.stores\\.sql}',
    ],
    options,
  );
  const psql = ['psql', '--username=postgres', '--quiet', '--set=ON_ERROR_STOP=1', '--file=-'];
  const pod = ['postgres-0', `--namespace=${NAMESPACE}`, '--container=postgres'];
  await kubectl(['exec', '--stdin', ...pod, '--', ...psql], { ...options, input: script });
}
