import { App } from 'cdk8s';
import { loadEnvironment } from '../../../charts/environments.ts';
import { Shop } from '../../../charts/shop.ts';
import type { Broker } from '../../../mesh/policy/broker.ts';
import { type BuiltImage, buildImages } from '../images/build-images.ts';
import type { FirstOrder } from '../local/first-order.ts';
import { applyShop, type ShopApplyResult } from './apply-shop.ts';
import { createCluster } from './create-cluster.ts';
import { installIstio } from './install-istio.ts';
import { CLUSTER } from './kubectl.ts';
import { loadImages } from './load-images.ts';
import { type Memory, shopMemory } from './memory.ts';
import { imagesOf, readObjects } from './objects.ts';
import { placeOrderWhenReady } from './place-order.ts';
import { readRelease } from './release.ts';
import type { RolloutProgress } from './rollout.ts';
import { synthesizeKind } from './synthesize.ts';
import { checkTools } from './tools.ts';

export interface BringUpOptions {
  /** Of 127.0.0.1, for the ingress gateway of a new cluster; 0 takes a free one. */
  readonly port: number;
  /** What carries events; undefined is what carries them in the shop that runs, or the environment's. */
  readonly broker: Broker | undefined;
  /** Milliseconds that the services may take to come up. */
  readonly rolloutTimeoutMs: number;
  readonly signal: AbortSignal;
  /** Told what begins, and what came of it. */
  readonly note: (text: string) => void;
}

/** A shop that is open in the cluster. */
export interface BringUpResult {
  readonly address: string;
  readonly order: FirstOrder;
  /** From images that are built to an order that is confirmed. */
  readonly secondsFromImages: number;
  readonly memory: Memory;
  readonly images: readonly BuiltImage[];
  readonly applied: ShopApplyResult;
}

/**
 * Brings the shop up in a cluster on this machine, from wherever it is: cluster, Istio, images, manifests, and an
 * order through the ingress gateway.
 *
 * @throws Error with what is missing or did not come up, and what to do
 */
export async function bringUp({
  port,
  broker,
  rolloutTimeoutMs: patienceMs,
  signal,
  note,
}: BringUpOptions): Promise<BringUpResult> {
  const options = { signal };
  await checkTools();
  note(`cluster ${CLUSTER}`);
  const { address, created } = await createCluster(port, options);
  note(`${created ? 'made' : 'is there'}: its ingress gateway is ${address}`);
  note('Istio');
  note((await installIstio(address, options)) ? 'installed' : 'is there');

  const services = new Shop(new App(), loadEnvironment('kind')).services.map(({ name }) => name);
  const images = await buildImages(services, { signal, onProgress: note });
  const built = performance.now();
  const tags = Object.fromEntries(images.map(({ service, tag }) => [service, tag]));
  const { broker: running } = created ? {} : await readRelease(options);
  const carrier = broker ?? running;
  const chosen = { tags, ...(carrier && { broker: carrier }) };
  const shop = await synthesizeKind(chosen, signal);
  await loadImages(imagesOf(await readObjects(shop.outdir)), note, options);

  note('manifests');
  const onProgress = (progress: readonly RolloutProgress[]) => noteProgress(progress, note);
  const applied = await applyShop(shop, chosen, { ...options, rolloutTimeoutMs: patienceMs, onProgress });
  for (const line of changes(applied)) note(line);
  note('an order');
  const order = await placeOrderWhenReady(address, signal);
  const secondsFromImages = (performance.now() - built) / 1_000;
  return { address, order, secondsFromImages, memory: await shopMemory(options), images, applied };
}

function changes({ created, changed, removed, unchanged }: ShopApplyResult): readonly string[] {
  if (created.length + changed.length + removed.length === 0)
    return [`nothing changed: ${unchanged.length} objects are as they should be`];
  return [
    ...list('created', created),
    ...list('changed', changed),
    ...list('removed', removed),
    `unchanged ${unchanged.length}`,
  ];
}

function list(what: string, names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const some = names.length > 6 ? `${names.slice(0, 6).join(', ')}, ...` : names.join(', ');
  return [`${what} ${names.length}: ${some}`];
}

function noteProgress(progress: readonly RolloutProgress[], note: (text: string) => void): void {
  const behind = progress.filter(({ done }) => !done);
  const words = behind.map(({ name, ready, desired: wanted }) => `${name} ${ready}/${wanted}`);
  if (words.length > 0) note(`waiting for ${words.join(', ')}`);
}
