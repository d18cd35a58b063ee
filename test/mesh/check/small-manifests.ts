import { App, Chart } from 'cdk8s';
import type { CheckOptions } from '../../../mesh/check/check-manifests.ts';
import { compile } from '../../../mesh/compile/compile.ts';
import { secretFiles } from '../../../mesh/compile/kubernetes/volumes.ts';
import type { Environment } from '../../../mesh/graph/environment.ts';
import type { KubernetesObject, Manifest } from '../../../mesh/render/manifest.ts';
import { resolveManifests } from '../../../mesh/render/resolve-manifests.ts';
import { SmallPlatform } from './small-platform.ts';

/** The manifests of the small platform, in which nothing is wrong, and the Secrets that they count on. */
export function smallManifests(environment: Partial<Environment> = {}): Manifest[] {
  const platform = new SmallPlatform({
    postgres: { address: 'postgres.test:5432' },
    ...environment,
  });
  compile(platform);
  return structuredClone(resolveManifests(App.of(Chart.of(platform)))) as Manifest[];
}

export const SECRETS: CheckOptions = {
  outside: new SmallPlatform().services.flatMap((service) => secretFiles(service)),
};

/**
 * Sets a field of an object: `set(manifests, 'Service front', 'spec.ports.0.port', 1)`; undefined removes it.
 *
 * @throws Error when there is no such object or nothing to set the field of
 */
export function set(manifests: Manifest[], object: string, field: string, value: unknown): void {
  const path = field.split('.').map((part) => part.replaceAll('~', '.'));
  const last = path.pop() ?? '';
  let parent: unknown = find(manifests, object);
  for (const part of path) parent = (parent as Record<string, unknown>)[part];
  if (typeof parent !== 'object' || parent === null) throw new Error(`${object} has no ${field}`);
  if (value === undefined) delete (parent as Record<string, unknown>)[last];
  else (parent as Record<string, unknown>)[last] = value;
}

export function find(manifests: readonly Manifest[], object: string): KubernetesObject {
  const found = manifests.find(({ object: { kind, metadata } }) => `${kind} ${metadata.name}` === object);
  if (!found) {
    const known = manifests.map(({ object: { kind, metadata } }) => `${kind} ${metadata.name}`);
    throw new Error(`there is no ${object}: ${known.join(', ')}`);
  }
  return found.object;
}
