import { setTimeout as delay } from 'node:timers/promises';
import { App } from 'cdk8s';
import { loadEnvironment } from '../../../charts/environments.ts';
import { MONITORING_NAMESPACE } from '../../../charts/observability/names.ts';
import type { ObservabilityOptions } from '../../../charts/observability-override.ts';
import { Shop } from '../../../charts/shop.ts';
import type { Broker } from '../../../mesh/policy/broker.ts';
import { type BuiltImage, buildImages } from '../images/build-images.ts';
import { type FirstOrder, placeFirstOrder } from '../local/first-order.ts';
import { applyShop, type ShopApplyResult } from './apply-shop.ts';
import { createCluster } from './create-cluster.ts';
import { installIstio } from './install-istio.ts';
import { CLUSTER } from './kubectl.ts';
import { loadImages } from './load-images.ts';
import { type Memory, measureMemory } from './memory.ts';
import { imagesOf, readObjects } from './objects.ts';
import { availableStack } from './observability.ts';
import { readRelease } from './release.ts';
import type { RolloutProgress } from './rollout.ts';
import { synthesizeKind } from './synthesize.ts';
import { checkTools } from './tools.ts';

export interface BringUpOptions {
  /** Port of 127.0.0.1 for the ingress gateway of a new cluster; 0 selects a free port. */
  readonly port: number;
  /** The broker of events. @default the broker of the running release, or of the environment */
  readonly broker: Broker | undefined;
  /** The observability stack; `none` removes it. @default as in the running release, or none */
  readonly observability: ObservabilityOptions | 'none' | undefined;
  /** Timeout for the rollout of the services, in milliseconds. */
  readonly rolloutTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Receives progress messages. */
  readonly note: (text: string) => void;
}

/** The shop that runs in the cluster. */
export interface BringUpResult {
  readonly address: string;
  readonly order: FirstOrder;
  /** Seconds from built images to a confirmed order. */
  readonly secondsFromImages: number;
  readonly memory: Memory;
  /** The observability stack. @default the cluster has none */
  readonly observability?: ObservabilityOptions & { readonly memory: Memory };
  readonly images: readonly BuiltImage[];
  readonly applied: ShopApplyResult;
}

/** Timeout of the ingress path after all pods are ready. */
const READY_TIMEOUT_MS = 90_000;

/**
 * Brings the shop up in a cluster on this machine: creates the cluster, installs Istio, builds the images, applies the
 * manifests, and places an order through the ingress gateway. Steps that are already done are skipped.
 *
 * @throws Error with the missing tool or the pods that did not start, and the fix
 */
export async function bringUp({
  port,
  broker,
  observability,
  rolloutTimeoutMs,
  signal,
  note,
}: BringUpOptions): Promise<BringUpResult> {
  const options = { signal };
  await checkTools();
  note(`creating cluster ${CLUSTER} unless it exists`);
  const { address, created } = await createCluster(port, options);
  note(`cluster ${CLUSTER} ${created ? 'created' : 'already exists'}; ingress gateway at ${address}`);
  note('installing Istio unless it is installed');
  note((await installIstio(address, options)) ? 'installed Istio' : 'Istio is already installed');

  const services = new Shop(new App(), loadEnvironment('kind')).services.map(({ name }) => name);
  const images = await buildImages(services, { signal, onProgress: note });
  const built = performance.now();
  const tags = Object.fromEntries(images.map(({ service, tag }) => [service, tag]));
  const running = created ? undefined : await readRelease(options);
  const releaseBroker = broker ?? running?.broker;
  const stack = await availableStack(observability ?? running?.observability, note, options);
  const release = {
    tags,
    ...(releaseBroker && { broker: releaseBroker }),
    ...(stack && { observability: stack }),
  };
  const shop = await synthesizeKind(release, signal);
  await loadImages(imagesOf(await readObjects(shop.outdir)), note, options);

  note('applying the manifests');
  const onProgress = (progress: readonly RolloutProgress[]) => noteProgress(progress, note);
  const applied = await applyShop(shop, release, { ...options, rolloutTimeoutMs, onProgress });
  for (const line of formatChanges(applied)) note(line);
  note('placing an order through the ingress gateway');
  const order = await placeOrderWhenReady(address, signal);
  const secondsFromImages = (performance.now() - built) / 1_000;
  const memory = await measureMemory(options);
  const measured = stack && {
    observability: { ...stack, memory: await measureMemory({ ...options, namespace: MONITORING_NAMESPACE }) },
  };
  return { address, order, secondsFromImages, memory, ...measured, images, applied };
}

/**
 * Places an order through the ingress gateway, and retries until it succeeds. Shortly after all pods are ready, proxies
 * may not have the newest endpoints yet, and istiod may not have the signing keys of tokens.
 *
 * @throws Error with the latest rejection after the timeout
 */
async function placeOrderWhenReady(address: string, signal: AbortSignal): Promise<FirstOrder> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    try {
      return await placeFirstOrder(address, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (performance.now() > deadline) throw error;
    }
    await delay(500, undefined, { signal });
  }
}

function formatChanges({ created, changed, removed, unchanged }: ShopApplyResult): readonly string[] {
  if (created.length + changed.length + removed.length === 0)
    return [`no changes; ${unchanged.length} objects are up to date`];
  return [
    ...list('created', created),
    ...list('changed', changed),
    ...list('removed', removed),
    `unchanged ${unchanged.length}`,
  ];
}

function list(change: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const excerpt = names.length > 6 ? `${names.slice(0, 6).join(', ')}, ...` : names.join(', ');
  return [`${change} ${names.length}: ${excerpt}`];
}

function noteProgress(progress: readonly RolloutProgress[], note: (text: string) => void): void {
  const pending = progress.filter(({ isComplete }) => !isComplete);
  const words = pending.map(({ name, ready, desired }) => `${name} ${ready}/${desired}`);
  if (words.length > 0) note(`waiting for ${words.join(', ')}`);
}
