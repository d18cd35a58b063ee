import { createHash } from 'node:crypto';
import { ConfigMap } from '../../../imports/kubernetes.ts';
import type { Service } from '../../graph/service.ts';
import type { AppConfig } from '../../policy/app-config.ts';
import { serviceLabels } from '../peers/labels.ts';

/** The config of a service as its processes read it. */
export interface ConfigFile {
  readonly configMap: string;
  /** Changes with the content, and so restarts the pods. */
  readonly checksum: string;
}

/** Makes the ConfigMap `<service>-app` with the file app.json. */
export function addConfigMap(service: Service, config: AppConfig): ConfigFile {
  const json = `${JSON.stringify(config, undefined, 2)}\n`;
  const name = `${service.name}-app`;
  new ConfigMap(service, 'config-map', {
    metadata: { name, labels: serviceLabels(service) },
    data: { 'app.json': json },
  });
  return { configMap: name, checksum: createHash('sha256').update(json).digest('hex') };
}
