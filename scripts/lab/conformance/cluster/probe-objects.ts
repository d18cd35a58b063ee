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

/** Namespace of all objects of conformance runs. */
export const NAMESPACE = 'weft-conformance';

/** Name of the calling service. */
export const CALLER = 'caller';
/** The services that it calls: one pod with a sidecar, three pods with sidecars, and one pod without a sidecar. */
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

/** The Istio objects of a policy, and the markers that show that a sidecar has received them. */
export interface PolicyObjects {
  readonly objects: readonly KubernetesObject[];
  readonly markers: PolicyMarkers;
}

/**
 * Returns the namespace, the Services and the caller's Sidecar. Authorization policies are omitted, since some callers
 * have no certificate.
 */
export function baseObjects(): readonly KubernetesObject[] {
  const kinds = ['Namespace', 'Service', 'Sidecar'];
  return compileCalls({ timeout: 'none' }, CALLEES, 'mesh', 'any').filter(({ kind }) => kinds.includes(kind));
}

/**
 * Returns the objects that the library compiles for a call with this policy.
 * @param index makes the names of the objects unique
 */
export function policyObjects(
  policy: CallPolicy,
  callee: CalleeName,
  layer: Exclude<Layer, 'app'>,
  index: number,
): PolicyObjects {
  const name = `policy-${index}`;
  const objects = compileCalls(policy, [callee], layer, name);
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

function compileCalls(
  policy: CallPolicy,
  callees: readonly CalleeName[],
  layer: Layer,
  name: string,
): readonly KubernetesObject[] {
  const app = new App();
  const platform = new Platform(app, NAMESPACE, { environment: { ...ENVIRONMENT, layer } });
  const caller = new Service(platform, CALLER);
  for (const callee of callees) {
    const calleeService = new Service(platform, callee, { serves: PROBE_SERVICE });
    caller.calls(calleeService, ['read', 'write'], policy, callees.length > 1 ? `${name}-${callee}` : name);
  }
  compile(platform);
  return resolveManifests(app).map(({ object }) => object);
}
