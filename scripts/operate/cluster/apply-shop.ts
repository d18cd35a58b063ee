import type { SecretKey } from '../../../mesh/graph/secret-key.ts';
import type { ProgramOptions } from '../../process/run-program.ts';
import { type ApplyResult, applyObjects, pruneObjects } from './apply-manifests.ts';
import { kubectl, NAMESPACE } from './kubectl.ts';
import { makeSecrets } from './make-secrets.ts';
import { readObjects } from './objects.ts';
import { type ReleaseOptions, readRelease, writeRelease } from './release.ts';
import { type RolloutOptions, waitForRollout } from './rollout.ts';
import type { KindManifests } from './synthesize.ts';

export interface ShopApplyResult extends ApplyResult {
  readonly removed: readonly string[];
  /** Keys of Secrets that were missing and have been created. */
  readonly createdSecrets: readonly SecretKey[];
}

type ApplyPhase = 'namespace' | 'rule' | 'workload' | 'token rule';

/** Phases by kind; all other kinds are rules. */
const PHASES: Readonly<Record<string, ApplyPhase>> = {
  Namespace: 'namespace',
  Deployment: 'workload',
  HorizontalPodAutoscaler: 'workload',
  RequestAuthentication: 'token rule',
};

/** Timeout of the database rollout. */
const DATABASE_TIMEOUT_MS = 180_000;

/**
 * Applies the manifests in an order that works at the first try:
 *
 * 1. the namespace and its secrets
 * 2. the database, and all rules except those for tokens
 * 3. the workloads, once the database runs
 * 4. the rules for tokens, once the workloads run
 * 5. deletion of the objects that only the previous release has
 *
 * Istiod fetches the signing keys when it first sees a rule for tokens. If the service with the keys is not ready, the
 * mesh rejects every token for minutes, until istiod retries. Applying the rule late is safe: without it, the ingress
 * gateway rejects all requests that need a token.
 *
 * @param release options of the release, which are stored in the cluster
 * @throws Error with the pods that did not start
 */
export async function applyShop(
  { outdir, secrets }: Pick<KindManifests, 'outdir' | 'secrets'>,
  { tags, broker, observability }: ReleaseOptions,
  { rolloutTimeoutMs, onProgress, ...options }: RolloutOptions,
): Promise<ShopApplyResult> {
  const objects = await readObjects(outdir);
  const release = { tags, ...(broker && { broker }), ...(observability && { observability }) };
  const objectsOf = (phase: ApplyPhase) => objects.filter(({ kind }) => (PHASES[kind] ?? 'rule') === phase);

  const namespaces = objectsOf('namespace').map(({ metadata }) => metadata.name);
  const namespace = await applyObjects(objectsOf('namespace'), options);
  const previous = await readRelease(options);
  const createdSecrets = await makeSecrets(secrets, options);
  const rules = await applyObjects(objectsOf('rule'), options);
  await waitForRollout('statefulsets', { ...options, rolloutTimeoutMs: DATABASE_TIMEOUT_MS });
  if (rules.changed.includes(`ConfigMap ${NAMESPACE}/postgres-setup`)) await setUpPostgres(options);
  const running = await applyObjects(objectsOf('workload'), options);
  await writeRelease({ ...release, objects: [...previous.objects, ...objects] }, options);
  const progress = onProgress && { onProgress };
  await waitForRollout('statefulsets,deployments', { ...options, ...progress, namespaces, rolloutTimeoutMs });
  const parts = [namespace, rules, running, await applyObjects(objectsOf('token rule'), options)];
  const removed = await pruneObjects(previous.objects, objects, options);
  await writeRelease({ ...release, objects }, options);
  return {
    created: parts.flatMap(({ created }) => created),
    changed: parts.flatMap(({ changed }) => changed),
    unchanged: parts.flatMap(({ unchanged }) => unchanged),
    removed,
    createdSecrets,
  };
}

/**
 * Creates the databases and roles of added services. The script is piped, as the kubelet updates mounted files with a
 * delay.
 */
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
