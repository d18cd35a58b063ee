import type { ManifestSet, PodTemplate } from './manifest-set.ts';

/** A pod's app.json, and the ConfigMap that holds it. */
export interface AppFile {
  readonly configMap: string;
  readonly text: string;
}

/** The app.json of a pod; more than one when several of its ConfigMaps have such a file. */
export function appFiles(set: ManifestSet, { namespace, spec }: PodTemplate): readonly AppFile[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    const configMap = volume.configMap?.name ?? '';
    const data = set.find('ConfigMap', namespace, configMap)?.object.data;
    const text = (data as Readonly<Record<string, unknown>> | undefined)?.['app.json'];
    return typeof text === 'string' ? [{ configMap, text }] : [];
  });
}
