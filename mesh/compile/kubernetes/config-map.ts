import { createHash } from 'node:crypto';
import { ConfigMap } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { AppConfig } from '../../policy/app-config.ts';
import { serviceLabels } from '../peers/labels.ts';

/** The ConfigMap with app.json of a service. */
export interface ConfigFile {
  readonly configMap: string;
  /** Hash of the content. As an annotation of the pods, it restarts them when the content changes. */
  readonly checksum: string;
}

/** Adds the ConfigMap `<service>-app` with the file app.json. */
export function addConfigMap(service: Service, config: AppConfig): ConfigFile {
  const json = `${JSON.stringify(config, undefined, 2)}\n`;
  const name = `${service.name}-app`;
  new ConfigMap(service, 'config-map', {
    metadata: { name, labels: serviceLabels(service) },
    data: { 'app.json': json },
  });
  return { configMap: name, checksum: createHash('sha256').update(json).digest('hex') };
}
