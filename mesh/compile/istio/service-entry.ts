import { DestinationRule, ServiceEntry } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ExternalServer } from '../peers/external-servers.ts';
import { hostOf, portOf } from '../peers/host-and-port.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';

/**
 * Makes a server outside of the cluster known to the sidecars, which let nothing unknown out.
 *
 * Its ports are of protocol TCP, so that sidecars pass the bytes through unread. Postgres starts in plain text and
 * upgrades to TLS, and AMQP servers and Kafka brokers are not told apart by SNI.
 */
export function addExternalServerEntry(
  platform: Platform,
  { name, addresses, networkCidr }: ExternalServer,
): void {
  const object = name === 'postgres' ? 'postgres' : 'broker';
  const ports = [...new Set(addresses.map(portOf))];
  const hosts = [...new Set(addresses.map(hostOf))];
  new ServiceEntry(platform, `${object}-service-entry`, {
    metadata: { name: object },
    spec: {
      hosts,
      ...(networkCidr && { addresses: [networkCidr] }),
      location: 'MESH_EXTERNAL',
      // Where the network is given, connections go to the address that the process chose.
      resolution: networkCidr ? 'NONE' : 'DNS',
      ports: ports.map((number) => ({
        number,
        name: name === 'postgres' ? 'tcp-postgres' : `tcp-broker-${number}`,
        protocol: 'TCP',
      })),
    },
  });
  hosts.forEach((host, index) => {
    const suffix = hosts.length > 1 ? `-${index}` : '';
    new DestinationRule(platform, `${object}-destination-rule${suffix}`, {
      metadata: { name: `${object}${suffix}` },
      // The process encrypts. A sidecar that follows a rule for all hosts of the mesh would encrypt once more.
      spec: { host, trafficPolicy: { connectionPool: { tcp: TCP_LIVENESS }, tls: { mode: 'DISABLE' } } },
    });
  });
}
