import { type ManifestRule, namespaceOf, problem } from '../rules/manifest-set.ts';

/** No two objects are one: of two of a kind with one name, kubectl would apply the last. */
export const uniqueNames: ManifestRule = function* ({ all }) {
  const first = new Map<string, string>();
  for (const manifest of all) {
    const { apiVersion, kind, metadata } = manifest.object;
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
    const key = [group, kind, namespaceOf(manifest), metadata.name].join('\n');
    const other = first.get(key);
    if (other === undefined) first.set(key, manifest.path);
    else
      yield problem(
        manifest,
        'name/unique',
        'metadata.name',
        metadata.name,
        `${other} has made one of this kind and name; rename one`,
      );
  }
};
