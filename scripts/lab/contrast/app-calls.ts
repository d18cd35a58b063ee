import { createHash } from 'node:crypto';
import type { AppCall, AppConfig } from '../../../mesh/policy/app-config.ts';
import type { Manifest } from '../../../mesh/render/manifest.ts';
import { tryParseJson } from '../../../mesh/run/process/read-json.ts';

/** Returns the replacement of a call in a ConfigMap. */
type ChangeCall = (call: AppCall, name: string, configMap: string) => AppCall;

/** Replaces every call in the app.json of each ConfigMap, and updates the checksums so that pods restart. */
export function withCalls(manifests: readonly Manifest[], change: ChangeCall): readonly Manifest[] {
  const checksums = new Map<string, string>();
  const configs = manifests.map((manifest) => {
    if (!isConfig(manifest)) return manifest;
    const { name } = manifest.object.metadata;
    const config = configOf(manifest);
    const calls = Object.entries(config.calls).map(([key, call]) => [key, change(call, key, name)]);
    const json = `${JSON.stringify({ ...config, calls: Object.fromEntries(calls) }, undefined, 2)}\n`;
    checksums.set(name.replace(/-app$/, ''), createHash('sha256').update(json).digest('hex'));
    return { ...manifest, object: { ...manifest.object, data: { 'app.json': json } } };
  });
  return configs.map((manifest) => {
    const checksum = checksums.get(manifest.object.metadata.labels?.app ?? '');
    if (manifest.object.kind !== 'Deployment' || !checksum) return manifest;
    return { ...manifest, object: withChecksum(manifest.object, checksum) };
  });
}

/** Returns the calls in each app.json, by the name of its ConfigMap. */
export function callsByConfig(manifests: readonly Manifest[]): ReadonlyMap<string, AppConfig['calls']> {
  return new Map(
    manifests
      .filter(isConfig)
      .map((manifest) => [manifest.object.metadata.name, configOf(manifest).calls] as const),
  );
}

function isConfig({ object }: Manifest): boolean {
  return object.kind === 'ConfigMap' && typeof dataOf(object)['app.json'] === 'string';
}

/** Returns a Deployment whose pods are replaced because the checksum of their configuration changed. */
function withChecksum(object: Manifest['object'], checksum: string): Manifest['object'] {
  const copy = structuredClone(object);
  const { metadata } = (copy as unknown as PodOwner).spec.template;
  Object.assign(metadata.annotations, { 'weft/config-checksum': checksum });
  return copy;
}

interface PodOwner {
  readonly spec: { readonly template: { readonly metadata: { readonly annotations: object } } };
}

function configOf({ object }: Manifest): AppConfig {
  // Compiled by this process, so it needs no validation.
  return tryParseJson(dataOf(object)['app.json'] ?? '') as AppConfig;
}

function dataOf(object: Manifest['object']): Readonly<Record<string, string>> {
  return (object.data ?? {}) as Readonly<Record<string, string>>;
}
