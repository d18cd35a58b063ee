import { ENVIRONMENTS, type ShopEnvironment } from '../../charts/environments.ts';
import { synthesizeShop } from '../../charts/synthesize.ts';
import { checkManifests } from '../../mesh/check/check-manifests.ts';
import { formatProblems } from '../../mesh/check/format-problems.ts';
import type { SecretKey } from '../../mesh/graph/secret-key.ts';
import type { AppCall } from '../../mesh/policy/app-config.ts';
import type { Manifest } from '../../mesh/render/manifest.ts';
import { callsByConfig, withCalls } from './app-calls.ts';
import { NO_POLICY, POLICIES } from './policies.ts';
import { rehearsing } from './rehearsing.ts';
import type { Contrasted } from './report.ts';

/** The shop as it is under one layer. */
export interface Cast {
  readonly manifests: readonly Manifest[];
  readonly secrets: readonly SecretKey[];
}

/** Three of those that trouble is made with, one of all others. */
const THREE = { replicas: 3, maxReplicas: 3 };
const SIZES = {
  size: { replicas: 1, maxReplicas: 1, cpuMillis: 25, memoryMiB: 192 },
  sizes: { product: THREE, notification: THREE },
  calls: POLICIES,
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
  const base = { ...ENVIRONMENTS[where], ...SIZES, imageTags: tags } as ShopEnvironment;
  if (where === 'local') {
    const { manifests, secrets } = synthesize(base);
    return {
      manifests: rehearsing(layer === 'none' ? withCalls(manifests, withoutPolicy) : manifests),
      secrets,
    };
  }
  const mesh = synthesize({ ...base, layer: 'mesh' });
  const { secrets } = mesh;
  if (layer === 'mesh') return { manifests: rehearsing(mesh.manifests), secrets };
  if (layer === 'both') return { manifests: rehearsing(bothLayers(base, mesh.manifests)), secrets };
  if (layer === 'proxyless') {
    const { manifests } = synthesize({ ...base, layer });
    return { manifests: rehearsing(manifests), secrets };
  }
  // No sidecars at all; the door is the same for every layer.
  const { manifests } = synthesize({ ...base, layer: 'app', istio: false });
  const shop = layer === 'none' ? withCalls(manifests, withoutPolicy) : manifests;
  return { manifests: rehearsing([...shop, ...mesh.manifests.filter(isDoor)]), secrets };
}

/** What synthesis says of a shop whose calls are retried by the mesh and by the application. */
export function refusal(): string {
  const base = { ...ENVIRONMENTS.kind, ...SIZES } as ShopEnvironment;
  const { manifests, secrets } = synthesize({ ...base, layer: 'mesh' });
  const problems = checkManifests(bothLayers(base, manifests), { secrets });
  return formatProblems(problems.filter(({ rule }) => rule === 'retries/two-layers'));
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

/** How requests come in from outside. */
function isDoor({ object: { kind, metadata } }: Manifest): boolean {
  return kind === 'Gateway' || (kind === 'VirtualService' && metadata.name.endsWith('-edge'));
}
