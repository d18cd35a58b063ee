import { ServiceEntry } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { OuterBroker } from '../broker.ts';
import { hostOf, portOf } from '../host-and-port.ts';

/** Makes a broker outside of the graph known to the sidecars, which let nothing unknown out. */
export function brokerServiceEntry(platform: Platform, { addresses, network }: OuterBroker): void {
  const ports = [...new Set(addresses.map(portOf))];
  new ServiceEntry(platform, 'broker-service-entry', {
    metadata: { name: 'broker' },
    spec: {
      hosts: [...new Set(addresses.map(hostOf))],
      ...(network && { addresses: [network] }),
      location: 'MESH_EXTERNAL',
      // Where the addresses are known, they are let through as they are.
      resolution: network ? 'NONE' : 'DNS',
      ports: ports.map((number) => ({ number, name: `tcp-broker-${number}`, protocol: 'TCP' })),
    },
  });
}
