import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';
import { applyShop } from '../../operate/cluster/apply-shop.ts';
import { gatewayAddress } from '../../operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../operate/cluster/kubectl.ts';
import { openPodProxy } from '../../operate/cluster/pod-proxy.ts';
import { readRelease } from '../../operate/cluster/release.ts';
import { KIND_FOLDER, synthesizeKind } from '../../operate/cluster/synthesize.ts';
import { cast } from './cast.ts';
import { kindStage } from './kind-stage.ts';
import type { Contrasted } from './report.ts';
import type { Stage } from './stage.ts';

const PATIENCE_MS = 300_000;
/** Looks in a row that the shop has to answer before it counts as open. */
const LOOKS = 20;
/** Milliseconds until the next after one in vain. */
const INTERVAL = 250;

/**
 * Lets the shop of the cluster make room for one under `layer`, for as long as `use` takes.
 * @throws Error when it does not come up, or its images are older than this checkout
 */
export async function withKindStage<T>(
  layer: Contrasted,
  signal: AbortSignal,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const release = await readRelease({ signal });
  const { manifests, secrets, lost = [] } = cast(layer, 'kind', release.tags);
  const outdir = join(KIND_FOLDER, `contrast-${layer}`);
  writeManifests(manifests, outdir);
  await makeRoom(!manifests.some(({ object }) => object.kind === 'PeerAuthentication'), signal);
  await applyShop({ outdir, secrets }, release, { signal, rolloutTimeoutMs: PATIENCE_MS });
  const door = await gatewayAddress();
  await isOpen(door, signal);
  const proxy = await openPodProxy();
  try {
    return await use({ ...kindStage(door, proxy, signal), lost });
  } finally {
    await proxy.close();
  }
}

/**
 * Takes away what would be in the way before it is pruned: an autoscaler changes numbers of replicas; and pods without a
 * sidecar have no certificate, which the database's sidecar asks for as long as a rule says so.
 */
async function makeRoom(withoutSidecars: boolean, signal: AbortSignal): Promise<void> {
  const rules = ['peerauthentications', 'authorizationpolicies', 'requestauthentications'];
  const kinds = ['horizontalpodautoscalers', ...(withoutSidecars ? rules : [])];
  await kubectl(['delete', kinds.join(), '--all', `--namespace=${NAMESPACE}`], { signal });
}

/** Puts the shop back as npm run kind:up makes it. */
export async function restoreShop(): Promise<void> {
  const release = await readRelease();
  await applyShop(await synthesizeKind(release), release, { rolloutTimeoutMs: PATIENCE_MS });
}

/** Gateways and proxies learn of new pods a little later than the API server does. */
async function isOpen(door: string, signal: AbortSignal): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (let answered = 0; answered < LOOKS; ) {
    const response = await fetch(`${door}/v1/products?limit=1`, { signal });
    const text = await response.text();
    answered = response.ok ? answered + 1 : 0;
    if (response.ok) continue;
    if (performance.now() > end) throw new Error(`${door} answers ${response.status}: ${text}`);
    await delay(INTERVAL, undefined, { signal });
  }
}
