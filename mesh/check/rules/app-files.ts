import type { ManifestSet, PodTemplate } from './manifest-set.ts';

/** The app.json of a pod: the configuration of a service process. */
export interface AppFile {
  /** Name of the ConfigMap that contains the file. */
  readonly configMap: string;
  readonly text: string;
}

/** Returns the app.json of a pod; several if more than one of its ConfigMaps has such a file. */
export function appFiles(set: ManifestSet, { namespace, spec }: PodTemplate): readonly AppFile[] {
  return (spec.volumes ?? []).flatMap((volume) => {
    const configMap = volume.configMap?.name ?? '';
    const data = set.find('ConfigMap', namespace, configMap)?.object.data;
    const text = (data as Readonly<Record<string, unknown>> | undefined)?.['app.json'];
    return typeof text === 'string' ? [{ configMap, text }] : [];
  });
}
