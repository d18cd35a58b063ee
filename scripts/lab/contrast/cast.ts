import { ENVIRONMENTS, type ShopEnvironment } from '../../../charts/environments.ts';
import { synthesizeShop } from '../../../charts/synthesize.ts';
import { checkManifests } from '../../../mesh/check/check-manifests.ts';
import { formatProblems } from '../../../mesh/check/format-problems.ts';
import type { SecretKey } from '../../../mesh/graph/secret-key.ts';
import type { AppCall } from '../../../mesh/policy/app-config.ts';
import type { PolicyField } from '../../../mesh/policy/differences/difference.ts';
import type { Layer } from '../../../mesh/policy/layer.ts';
import type { Manifest } from '../../../mesh/render/manifest.ts';
import { callsByConfig, withCalls } from './app-calls.ts';
import { NO_POLICY, POLICIES } from './policies.ts';
import { reducePolicy } from './reduce-policy.ts';
import { rehearsing } from './rehearsing.ts';
import type { Contrasted } from './report.ts';

/** The shop as it is under one layer. */
export interface Cast {
  readonly manifests: readonly Manifest[];
  readonly secrets: readonly SecretKey[];
  /** What the policies ask for and the layer cannot do; their calls go without. @default nothing */
  readonly lost?: readonly PolicyField[];
}

/** Three of those that trouble is made with, one of all others. */
const THREE = { minReplicas: 3, maxReplicas: 3 };
const SIZES = {
  size: { minReplicas: 1, maxReplicas: 1, cpuMillis: 25, memoryMiB: 192 },
  sizeOverrides: { product: THREE, notification: THREE },
  policyOverrides: POLICIES,
} as const;

/**
 * Makes the shop for a layer.
 * @param tags image tags of the services
 * @throws Error with what synthesis refuses
 */
export function cast(
  layer: Contrasted,
  where: 'local' | 'kind',
  tags: Readonly<Record<string, string>> = {},
): Cast {
  const base = { ...ENVIRONMENTS[where], ...SIZES, imageTagOverrides: tags } as ShopEnvironment;
  if (where === 'local') {
    const { manifests, secrets } = synthesize(base);
    return {
      manifests: rehearsing(layer === 'none' ? withCalls(manifests, withoutPolicy) : manifests, layer),
      secrets,
    };
  }
  const mesh = synthesize({ ...base, layer: 'mesh' });
  const { secrets } = mesh;
  if (layer === 'mesh') return { manifests: rehearsing(mesh.manifests, layer), secrets };
  if (layer === 'both') return { manifests: rehearsing(bothLayers(base, mesh.manifests), layer), secrets };
  // No sidecars at all; the door is the same for every layer.
  const { manifests } = synthesize({ ...base, layer: 'app', hasIstio: false });
  if (layer === 'proxyless') {
    const { calls, lost } = reduced(base, layer);
    const told = synthesize({ ...base, layer, policyOverrides: calls }).manifests;
    return { manifests: rehearsing(withoutSidecars(told, manifests), layer), secrets, lost };
  }
  const shop = layer === 'none' ? withCalls(manifests, withoutPolicy) : manifests;
  return { manifests: rehearsing([...shop, ...mesh.manifests.filter(isDoor)], layer), secrets };
}

/** What synthesis says of a shop whose calls are retried by the mesh and by the application. */
export function refusal(): string {
  const base = { ...ENVIRONMENTS.kind, ...SIZES } as ShopEnvironment;
  const { manifests, secrets } = synthesize({ ...base, layer: 'mesh' });
  const problems = checkManifests(bothLayers(base, manifests), { outside: secrets });
  return formatProblems(problems.filter(({ rule }) => rule === 'retries/two-layers'));
}

/** The policies of all calls as far as a layer can do them. */
function reduced(base: ShopEnvironment, layer: Layer) {
  const { shop } = synthesizeShop({ ...base, layer: 'mesh' });
  const all = shop.calls.map(({ caller, name, policy }) => {
    const { policy: kept, lost } = reducePolicy(policy, layer);
    // What is not there takes the place of what the graph says.
    const nothing = Object.fromEntries(Object.keys(policy).map((key) => [key, undefined]));
    return { name: `${caller.name}/${name}`, policy: { ...nothing, ...kept }, lost };
  });
  return {
    calls: Object.fromEntries(all.map(({ name, policy }) => [name, policy])),
    lost: [...new Set(all.flatMap(({ lost }) => lost))],
  };
}

/** What comes of it when those who write the mesh's policy and those who write the application's do not talk. */
function bothLayers(base: ShopEnvironment, mesh: readonly Manifest[]): readonly Manifest[] {
  const app = synthesize({ ...base, layer: 'app' }).manifests;
  const calls = callsByConfig(app);
  return withCalls(mesh, (call, name, configMap) => ({
    ...call,
    policy: calls.get(configMap)?.[name]?.policy ?? NO_POLICY,
  }));
}

function synthesize(environment: ShopEnvironment): Cast {
  const { manifests, secrets, problems } = synthesizeShop(environment);
  if (problems.length > 0) throw new Error(`the shop cannot be made:\n${formatProblems(problems)}`);
  return { manifests, secrets };
}

function withoutPolicy(call: AppCall): AppCall {
  return { ...call, policy: NO_POLICY };
}

/** What sidecars alone enforce. */
const OF_SIDECARS = [
  'PeerAuthentication',
  'AuthorizationPolicy',
  'RequestAuthentication',
  'Sidecar',
  'Telemetry',
];

/** `manifests` in a namespace in which no sidecar is injected, as `plain` has it. */
function withoutSidecars(manifests: readonly Manifest[], plain: readonly Manifest[]): readonly Manifest[] {
  const isNamespace = ({ object }: Manifest) => object.kind === 'Namespace';
  return [
    ...plain.filter(isNamespace),
    ...manifests.filter((one) => !isNamespace(one) && !OF_SIDECARS.includes(one.object.kind)),
  ];
}

/** How requests come in from outside. */
function isDoor({ object: { kind, metadata } }: Manifest): boolean {
  return kind === 'Gateway' || (kind === 'VirtualService' && metadata.name.endsWith('-edge'));
}
