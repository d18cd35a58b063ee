import { createHash } from 'node:crypto';
import { appFiles } from '../rules/app-files.ts';
import { type ManifestRule, problem } from '../rules/manifest-set.ts';

const ANNOTATION = 'weft/config-checksum';

/** Requires pod templates to carry the checksum of their app.json, so that a fix of the file rolls the pods. */
export const configChecksums: ManifestRule = function* (set) {
  for (const pod of set.pods) {
    const { manifest, annotations } = pod;
    for (const { configMap, text } of appFiles(set, pod)) {
      const checksum = createHash('sha256').update(text).digest('hex');
      if (annotations[ANNOTATION] === checksum) continue;
      const fix = `it must be the sha256 of app.json in ConfigMap ${configMap}, ${checksum}; otherwise running pods keep the old file`;
      yield problem(
        manifest,
        'pod/config-checksum',
        `annotation ${ANNOTATION} of the pods`,
        annotations[ANNOTATION] ?? 'missing',
        fix,
      );
    }
  }
};
