import { App } from 'cdk8s';
import { compile } from '../../../../mesh/compile/compile.ts';
import type { Environment } from '../../../../mesh/graph/environment.ts';
import { Platform } from '../../../../mesh/graph/platform.ts';
import { Service } from '../../../../mesh/graph/service.ts';
import type { CallPolicy } from '../../../../mesh/policy/call-policy.ts';
import type { Layer } from '../../../../mesh/policy/layer.ts';
import type { KubernetesObject } from '../../../../mesh/render/manifest.ts';
import { resolveManifests } from '../../../../mesh/render/resolve-manifests.ts';
import type { PolicyMarkers } from '../in-pod/wait-for-sidecar.ts';
import { PROBE_SERVICE } from '../probe-service.ts';

/** Namespace of everything that conformance makes. */
export const NAMESPACE = 'weft-conformance';

/** The calling service, and those that it can call. */
export const CALLER = 'caller';
/** One pod behind a sidecar, three of them, and one pod without. */
export const CALLEES = ['one', 'three', 'bare'] as const;
export type CalleeName = (typeof CALLEES)[number];

const ENVIRONMENT: Environment = {
  name: 'conformance',
  layer: 'mesh',
  hasIstio: true,
  broker: 'postgres',
  imagePrefix: 'weft/',
  imageTag: 'none',
  drainDuration: '0s',
  traceSamplingPercent: 0,
  size: { minReplicas: 1, maxReplicas: 1, cpuMillis: 10, memoryMiB: 128 },
};

/** What a policy is to Istio, and by what a sidecar shows that it has it. */
export interface PolicyObjects {
  readonly objects: readonly KubernetesObject[];
  readonly markers: PolicyMarkers;
}

/**
 * The namespace with its Services, and the caller's Sidecar. Who may call is left out: callers without a certificate
 * are tried too.
 */
export function baseObjects(): readonly KubernetesObject[] {
  const kinds = ['Namespace', 'Service', 'Sidecar'];
  return compiled({ timeout: 'none' }, CALLEES, 'mesh', 'any').filter(({ kind }) => kinds.includes(kind));
}

/**
 * What the library compiles for a call with this policy.
 * @param turn tells this policy from those before it
 */
export function policyObjects(
  policy: CallPolicy,
  callee: CalleeName,
  layer: Exclude<Layer, 'app'>,
  turn: number,
): PolicyObjects {
  const name = `turn-${turn}`;
  const objects = compiled(policy, [callee], layer, name);
  const destinationRule = `${CALLER}-to-${callee}-${name}`;
  return {
    objects: objects.flatMap((object) => {
      if (object.kind === 'VirtualService' && object.metadata.name === callee) return [object];
      if (object.kind !== 'DestinationRule') return [];
      return [{ ...object, metadata: { ...object.metadata, name: destinationRule } }];
    }),
    markers: { route: `${CALLER}-to-${name}`, destinationRule },
  };
}

function compiled(
  policy: CallPolicy,
  callees: readonly CalleeName[],
  layer: Layer,
  name: string,
): readonly KubernetesObject[] {
  const app = new App();
  const platform = new Platform(app, NAMESPACE, { environment: { ...ENVIRONMENT, layer } });
  const caller = new Service(platform, CALLER);
  for (const callee of callees) {
    const called = new Service(platform, callee, { serves: PROBE_SERVICE });
    caller.calls(called, ['read', 'write'], policy, callees.length > 1 ? `${name}-${callee}` : name);
  }
  compile(platform);
  return resolveManifests(app).map(({ object }) => object);
}
