import { ServiceEntry } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';

/** Makes a Postgres server outside of the cluster known to the sidecars, which let nothing unknown out. */
export function postgresServiceEntry(platform: Platform, address: string): void {
  const colon = address.lastIndexOf(':');
  const { postgresNetwork } = platform.environment;
  new ServiceEntry(platform, 'postgres-service-entry', {
    metadata: { name: 'postgres' },
    spec: {
      hosts: [address.slice(0, colon)],
      ...(postgresNetwork && { addresses: [postgresNetwork] }),
      location: 'MESH_EXTERNAL',
      // Where the addresses are known, they are let through as they are.
      resolution: postgresNetwork ? 'NONE' : 'DNS',
      ports: [{ number: Number(address.slice(colon + 1)), name: 'tcp-postgres', protocol: 'TCP' }],
    },
  });
}
