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
import { withFaultInjection } from './fault-injection.ts';
import { CALL_POLICIES, NO_POLICY } from './policies.ts';
import { reducePolicy } from './reduce-policy.ts';
import type { ContrastLayer } from './report.ts';

/** The shop's manifests under one layer. */
export interface ContrastDeployment {
  readonly manifests: readonly Manifest[];
  readonly secrets: readonly SecretKey[];
  /** Policy fields that the layer does not support; they are removed from the calls. @default none */
  readonly unsupportedFields?: readonly PolicyField[];
}

/** Faults are injected into services with three replicas. All other services have one. */
const THREE_REPLICAS = { minReplicas: 3, maxReplicas: 3 };
const SIZES = {
  size: { minReplicas: 1, maxReplicas: 1, cpuMillis: 25, memoryMiB: 192 },
  sizeOverrides: { product: THREE_REPLICAS, notification: THREE_REPLICAS },
  policyOverrides: CALL_POLICIES,
} as const;

/**
 * Synthesizes the shop under a layer.
 * @param tags image tags of the services
 * @throws Error with the problems that synthesis reports
 */
export function synthesizeDeployment(
  layer: ContrastLayer,
  where: 'local' | 'kind',
  tags: Readonly<Record<string, string>> = {},
): ContrastDeployment {
  const base = { ...ENVIRONMENTS[where], ...SIZES, imageTagOverrides: tags } as ShopEnvironment;
  const deployment = where === 'local' ? synthesizeLocal(layer, base) : synthesizeInCluster(layer, base);
  return { ...deployment, manifests: withFaultInjection(deployment.manifests, layer) };
}

function synthesizeLocal(layer: ContrastLayer, base: ShopEnvironment): ContrastDeployment {
  const { manifests, secrets } = synthesize(base);
  return { manifests: layer === 'none' ? withCalls(manifests, withoutPolicy) : manifests, secrets };
}

function synthesizeInCluster(layer: ContrastLayer, base: ShopEnvironment): ContrastDeployment {
  const mesh = synthesize({ ...base, layer: 'mesh' });
  const { secrets } = mesh;
  if (layer === 'mesh') return { manifests: mesh.manifests, secrets };
  if (layer === 'both') return { manifests: withBothPolicies(base, mesh.manifests), secrets };
  const plain = synthesize({ ...base, layer: 'app', hasIstio: false }).manifests;
  if (layer === 'proxyless') {
    const { calls, unsupported } = reducePolicies(base, layer);
    const { manifests } = synthesize({ ...base, layer, policyOverrides: calls });
    return { manifests: withoutSidecars(manifests, plain), secrets, unsupportedFields: unsupported };
  }
  const shop = layer === 'none' ? withCalls(plain, withoutPolicy) : plain;
  // Without sidecars, but with the same ingress gateway as every other layer.
  return { manifests: [...shop, ...mesh.manifests.filter(isIngress)], secrets };
}

/** Returns the problems that synthesis reports for a shop in which both the mesh and the application retry calls. */
export function describeSynthesisError(): string {
  const base = { ...ENVIRONMENTS.kind, ...SIZES } as ShopEnvironment;
  const { manifests, secrets } = synthesize({ ...base, layer: 'mesh' });
  const problems = checkManifests(withBothPolicies(base, manifests), { outside: secrets });
  return formatProblems(problems.filter(({ rule }) => rule === 'retries/two-layers'));
}

/** Returns the policies of all calls without the fields that a layer does not support. */
function reducePolicies(base: ShopEnvironment, layer: Layer) {
  const { shop } = synthesizeShop({ ...base, layer: 'mesh' });
  const all = shop.calls.map(({ caller, name, policy }) => {
    const { policy: reduced, unsupported } = reducePolicy(policy, layer);
    // An undefined value overrides the field of the graph.
    const blank = Object.fromEntries(Object.keys(policy).map((key) => [key, undefined]));
    return { name: `${caller.name}/${name}`, policy: { ...blank, ...reduced }, unsupported };
  });
  return {
    calls: Object.fromEntries(all.map(({ name, policy }) => [name, policy])),
    unsupported: [...new Set(all.flatMap(({ unsupported }) => unsupported))],
  };
}

/** Adds the policies of layer `app` to manifests of layer `mesh`, so that two layers enforce each call. */
function withBothPolicies(base: ShopEnvironment, mesh: readonly Manifest[]): readonly Manifest[] {
  const app = synthesize({ ...base, layer: 'app' }).manifests;
  const calls = callsByConfig(app);
  return withCalls(mesh, (call, name, configMap) => ({
    ...call,
    policy: calls.get(configMap)?.[name]?.policy ?? NO_POLICY,
  }));
}

function synthesize(environment: ShopEnvironment): ContrastDeployment {
  const { manifests, secrets, problems } = synthesizeShop(environment);
  if (problems.length > 0) throw new Error(`synthesis of the shop failed:\n${formatProblems(problems)}`);
  return { manifests, secrets };
}

function withoutPolicy(call: AppCall): AppCall {
  return { ...call, policy: NO_POLICY };
}

/** Kinds that only sidecars enforce. */
const SIDECAR_KINDS = [
  'PeerAuthentication',
  'AuthorizationPolicy',
  'RequestAuthentication',
  'Sidecar',
  'Telemetry',
];

/** Replaces the namespace of manifests by the one of `plain`, in which no sidecar is injected. */
function withoutSidecars(manifests: readonly Manifest[], plain: readonly Manifest[]): readonly Manifest[] {
  const isNamespace = ({ object }: Manifest) => object.kind === 'Namespace';
  return [
    ...plain.filter(isNamespace),
    ...manifests.filter((one) => !isNamespace(one) && !SIDECAR_KINDS.includes(one.object.kind)),
  ];
}

/** Whether a manifest configures the ingress gateway. */
function isIngress({ object: { kind, metadata } }: Manifest): boolean {
  return kind === 'Gateway' || (kind === 'VirtualService' && metadata.name.endsWith('-edge'));
}
