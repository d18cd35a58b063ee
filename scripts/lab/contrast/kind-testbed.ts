import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import { applyShop } from '../../operate/cluster/apply-shop.ts';
import { kubectl, NAMESPACE } from '../../operate/cluster/kubectl.ts';
import { readRelease } from '../../operate/cluster/release.ts';
import { waitForRollout } from '../../operate/cluster/rollout.ts';
import { KIND_FOLDER, synthesizeKind } from '../../operate/cluster/synthesize.ts';
import { type KindTestbed, withKindTestbed } from '../testbed/kind-testbed.ts';
import { readContainerUsage } from './container-usage.ts';
import type { ContrastTestbed } from './contrast-testbed.ts';
import { synthesizeDeployment } from './deployment.ts';
import type { ContrastLayer } from './report.ts';

const READY_TIMEOUT_MS = 300_000;
const ROLLOUT_TIMEOUT_MS = 180_000;
/** Consecutive successful requests until the ingress counts as ready. */
const READY_ANSWERS = 20;
const POLL_INTERVAL_MS = 250;

/**
 * Replaces the shop in the kind cluster by one under `layer` while `use` runs.
 * @throws Error when the shop does not become ready, or when its images are older than this checkout
 */
export async function withKindContrastTestbed<T>(
  layer: ContrastLayer,
  signal: AbortSignal,
  use: (testbed: ContrastTestbed) => Promise<T>,
): Promise<T> {
  const release = await readRelease({ signal });
  const { manifests, secrets, unsupportedFields = [] } = synthesizeDeployment(layer, 'kind', release.tags);
  const outdir = join(KIND_FOLDER, `contrast-${layer}`);
  writeManifests(manifests, outdir);
  const hasSidecars = manifests.some(({ object }) => object.kind === 'PeerAuthentication');
  await deleteConflicts(hasSidecars, signal);
  await applyShop({ outdir, secrets }, release, { signal, rolloutTimeoutMs: READY_TIMEOUT_MS });
  return withKindTestbed(signal, async (testbed) => {
    await waitForIngress(testbed.ingressUrl, signal);
    return use({ ...createTestbed(testbed, signal), unsupportedFields });
  });
}

function createTestbed(testbed: KindTestbed, signal: AbortSignal): ContrastTestbed {
  const deployment = (service: string) => [`deployment/${service}-v1`, `--namespace=${NAMESPACE}`];
  return {
    ...testbed,
    async restart(service) {
      await kubectl(['rollout', 'restart', ...deployment(service)], { signal });
      await waitForRollout('statefulsets,deployments', { signal, rolloutTimeoutMs: ROLLOUT_TIMEOUT_MS });
    },
    async scale(service, replicas) {
      await kubectl(['scale', ...deployment(service), `--replicas=${replicas}`], { signal });
      while ((await testbed.replicas(service)).length !== replicas)
        await delay(POLL_INTERVAL_MS, undefined, { signal });
    },
    readUsage: () => readContainerUsage(testbed.apiUrl),
  };
}

/**
 * Deletes objects that would prevent the shop from becoming ready before they are pruned. Autoscalers change the number
 * of replicas. Pods without a sidecar have no certificate, which authentication policies require from them.
 */
async function deleteConflicts(hasSidecars: boolean, signal: AbortSignal): Promise<void> {
  const policies = ['peerauthentications', 'authorizationpolicies', 'requestauthentications'];
  const kinds = ['horizontalpodautoscalers', ...(hasSidecars ? [] : policies)];
  await kubectl(['delete', kinds.join(), '--all', `--namespace=${NAMESPACE}`], { signal });
}

/** Restores the shop that `npm run kind:up` deploys. */
export async function restoreShop(): Promise<void> {
  const release = await readRelease();
  await applyShop(await synthesizeKind(release), release, { rolloutTimeoutMs: READY_TIMEOUT_MS });
}

/** Waits until the ingress answers reliably: gateways and proxies learn of new pods later than the API server. */
async function waitForIngress(ingressUrl: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (let successes = 0; successes < READY_ANSWERS; ) {
    const response = await fetch(`${ingressUrl}/v1/products?limit=1`, { signal });
    const text = await response.text();
    successes = response.ok ? successes + 1 : 0;
    if (response.ok) continue;
    if (performance.now() > deadline)
      throw new Error(
        `${ingressUrl} responded with ${response.status} after ${READY_TIMEOUT_MS / 1_000} s: ${text}`,
      );
    await delay(POLL_INTERVAL_MS, undefined, { signal });
  }
}
