import { createHash } from 'node:crypto';
import { type ManifestRule, problem } from '../manifest-set.ts';

const ANNOTATION = 'weft/config-checksum';
const FILE = 'app.json';

/** Pods carry the checksum of the app.json that they read, so that they start anew when it changes. */
export const configChecksums: ManifestRule = function* (set) {
  for (const { manifest, namespace, annotations, spec } of set.pods) {
    for (const { configMap } of spec.volumes ?? []) {
      const data = set.find('ConfigMap', namespace, configMap?.name ?? '')?.object.data;
      const text = (data as Readonly<Record<string, unknown>> | undefined)?.[FILE];
      if (typeof text !== 'string') continue;
      const checksum = createHash('sha256').update(text).digest('hex');
      if (annotations[ANNOTATION] === checksum) continue;
      const change = `it must be the sha256 of ${FILE} in ConfigMap ${configMap?.name}, ${checksum}; otherwise pods keep an old file`;
      yield problem(
        manifest,
        'pod/config-checksum',
        `annotation ${ANNOTATION} of the pods`,
        annotations[ANNOTATION] ?? 'missing',
        change,
      );
    }
  }
};
