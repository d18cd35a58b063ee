import { ConfigMap } from '../../../imports/kubernetes.ts';
import type { Platform } from '../../graph/platform.ts';
import { storesConfig } from '../stores.ts';

/** The ConfigMap `postgres-stores`: what must exist in the Postgres server, for whoever sets it up. */
export function storesConfigMap(platform: Platform): void {
  new ConfigMap(platform, 'postgres-stores', {
    metadata: { name: 'postgres-stores' },
    data: { 'stores.json': `${JSON.stringify(storesConfig(platform), undefined, 2)}\n` },
  });
}
