import { ServiceEntry } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import { postgresServer } from '../stores.ts';

/** Makes a Postgres server outside of the cluster known to the sidecars, which let nothing unknown out. */
export function postgresServiceEntry(platform: Platform): void {
  const { host, port } = postgresServer(platform);
  const { postgresNetwork } = platform.environment;
  new ServiceEntry(platform, 'postgres-service-entry', {
    metadata: { name: 'postgres' },
    spec: {
      hosts: [host],
      ...(postgresNetwork && { addresses: [postgresNetwork] }),
      location: 'MESH_EXTERNAL',
      // Where the addresses are known, they are let through as they are.
      resolution: postgresNetwork ? 'NONE' : 'DNS',
      ports: [{ number: port, name: 'tcp-postgres', protocol: 'TCP' }],
    },
  });
}
