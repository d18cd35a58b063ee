import { DestinationRule, ServiceEntry } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { ExternalServer } from '../peers/external-servers.ts';
import { hostOf, portOf } from '../peers/host-and-port.ts';
import { TCP_LIVENESS } from './tcp-liveness.ts';

/**
 * Adds the ServiceEntry of a server outside of the cluster. Sidecars refuse connections to hosts without one.
 *
 * The protocol of the ports is TCP, so that sidecars forward the bytes without interpreting them. Postgres starts in
 * plain text and upgrades to TLS, and sidecars cannot distinguish AMQP servers and Kafka brokers by SNI.
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
      // With a network, connections go to the address that the process chose.
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
      // The process encrypts. Without this, a rule for all hosts of the mesh would make the sidecar encrypt again.
      spec: { host, trafficPolicy: { connectionPool: { tcp: TCP_LIVENESS }, tls: { mode: 'DISABLE' } } },
    });
  });
}
