import { App, Chart } from 'cdk8s';
import type { CheckOptions } from '../../../mesh/check/check-manifests.ts';
import { compile } from '../../../mesh/compile/compile.ts';
import { secretFiles } from '../../../mesh/compile/kubernetes/volumes.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import type { KubernetesObject, Manifest } from '../../../mesh/render/manifest.ts';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';
import { SmallPlatform } from './small-platform.ts';

/** Returns the manifests of the small platform, which have no problems. */
export function smallManifests(environment: Partial<Environment> = {}): Manifest[] {
  const platform = new SmallPlatform({
    postgres: { address: 'postgres.test:5432' },
    ...environment,
  });
  compile(platform);
  return structuredClone(resolveManifests(App.of(Chart.of(platform)))) as Manifest[];
}

/** Options that declare the Secrets of the small platform as existing outside the manifests. */
/** Options that declare the Secrets of the small platform as existing outside the manifests. */
export const SECRETS: CheckOptions = {
  outside: new SmallPlatform().services.flatMap((service) => secretFiles(service)),
};

/**
 * Sets a field of an object: `set(manifests, 'Service front', 'spec.ports.0.port', 1)`.
 *
 * @param field path with dots between keys; `~` stands for a dot inside a key
 * @param value undefined removes the field
 * @throws Error if the object or the parent of the field does not exist
 */
export function set(manifests: Manifest[], object: string, field: string, value: unknown): void {
  const path = field.split('.').map((part) => part.replaceAll('~', '.'));
  const key = path.pop() ?? '';
  let parent: unknown = find(manifests, object);
  for (const part of path) parent = (parent as Record<string, unknown>)[part];
  if (typeof parent !== 'object' || parent === null) throw new Error(`${object} has no ${field}`);
  if (value === undefined) delete (parent as Record<string, unknown>)[key];
  else (parent as Record<string, unknown>)[key] = value;
}

/** Returns an object by kind and name: `find(manifests, 'Service front')`. */
/** Returns an object by kind and name: `find(manifests, 'Service front')`. */
export function find(manifests: readonly Manifest[], object: string): KubernetesObject {
  const manifest = manifests.find(({ object: { kind, metadata } }) => `${kind} ${metadata.name}` === object);
  if (!manifest) {
    const names = manifests.map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`);
    throw new Error(`no object ${object}; there are ${names.join(', ')}`);
  }
  return manifest.object;
}
