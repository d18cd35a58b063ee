import type { SecretKey } from '../../../mesh/graph/secret-key.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { type ApplyResult, applyObjects, prune } from './apply-manifests.ts';
import { kubectl, NAMESPACE } from './kubectl.ts';
import { makeSecrets } from './make-secrets.ts';
import { readObjects } from './objects.ts';
import { type ReleaseOptions, readRelease, writeRelease } from './release.ts';
import { type RolloutOptions, waitForRollout } from './rollout.ts';
import type { KindManifests } from './synthesize.ts';

export interface ShopApplyResult extends ApplyResult {
  readonly removed: readonly string[];
  /** Secrets that were missing. */
  readonly createdSecrets: readonly SecretKey[];
}

type ApplyPhase = 'namespace' | 'rule' | 'runs' | 'token rule';

/** Kinds that are not applied with the rules. */
const PHASES: Readonly<Record<string, ApplyPhase>> = {
  Namespace: 'namespace',
  Deployment: 'runs',
  HorizontalPodAutoscaler: 'runs',
  RequestAuthentication: 'token rule',
};

/** How long a database may take to come up, milliseconds. */
const DATABASE_TIMEOUT_MS = 180_000;

/**
 * Brings the cluster to what the manifests say, in an order that works at the first try: namespace, secrets, the data
 * and all rules, once the data is there what runs, and once all that runs the rules about tokens. What an earlier
 * release had and this one has not is removed last, when nothing needs it any more.
 *
 * Istiod fetches the keys of tokens when it first sees a rule about them. When the service that has them does not
 * answer yet, all tokens are refused until it tries again, which is minutes later. Without the rule nobody is let in
 * who should not be: the ingress gateway refuses who has no token that it has checked.
 *
 * @param chosen what the manifests were made with, kept with the release
 * @throws Error that shows what does not come up
 */
export async function applyShop(
  { outdir, secrets }: Pick<KindManifests, 'outdir' | 'secrets'>,
  { tags, broker }: ReleaseOptions,
  { rolloutTimeoutMs: patienceMs, onProgress, ...options }: RolloutOptions,
): Promise<ShopApplyResult> {
  const objects = await readObjects(outdir);
  const chosen = { tags, ...(broker && { broker }) };
  const turn = (wanted: ApplyPhase) => objects.filter(({ kind }) => (PHASES[kind] ?? 'rule') === wanted);

  const namespace = await applyObjects(turn('namespace'), options);
  const earlier = await readRelease(options);
  const made = await makeSecrets(secrets, options);
  const rules = await applyObjects(turn('rule'), options);
  await waitForRollout('statefulsets', { ...options, rolloutTimeoutMs: DATABASE_TIMEOUT_MS });
  if (rules.changed.includes(`ConfigMap ${NAMESPACE}/postgres-setup`)) await setUpPostgres(options);
  const running = await applyObjects(turn('runs'), options);
  await writeRelease({ ...chosen, objects: [...earlier.objects, ...objects] }, options);
  const progress = onProgress && { onProgress };
  await waitForRollout('statefulsets,deployments', { ...options, ...progress, rolloutTimeoutMs: patienceMs });
  const parts = [namespace, rules, running, await applyObjects(turn('token rule'), options)];
  const removed = await prune(earlier.objects, objects, options);
  await writeRelease({ ...chosen, objects }, options);
  return {
    created: parts.flatMap(({ created }) => created),
    changed: parts.flatMap(({ changed }) => changed),
    unchanged: parts.flatMap(({ unchanged }) => unchanged),
    removed,
    createdSecrets: made,
  };
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
