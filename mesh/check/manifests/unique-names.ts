import { type ManifestRule, namespaceOf, problem } from '../rules/manifest-set.ts';

/** Rejects objects of the same kind, namespace and name: kubectl would overwrite one with the other. */
export const uniqueNames: ManifestRule = function* ({ all }) {
  const pathOf = new Map<string, string>();
  for (const manifest of all) {
    const { apiVersion, kind, metadata } = manifest.object;
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    const key = [group, kind, namespaceOf(manifest), metadata.name].join('\n');
    const otherPath = pathOf.get(key);
    if (otherPath === undefined) pathOf.set(key, manifest.path);
    else
      yield problem(
        manifest,
        'name/unique',
        'metadata.name',
        metadata.name,
        `${otherPath} creates an object of the same kind and name; rename one`,
      );
  }
};
