import { Sidecar } from '../../../imports/networking.istio.io.ts';
import type { Platform } from '../../graph/platform.ts';
import type { PlatformScope } from '../../graph/scopes.ts';
import type { Service } from '../../graph/service.ts';
import { brokerAddresses, hasEvents } from '../peers/broker.ts';
import { ISTIO_NAMESPACE } from '../peers/control-plane.ts';
import { hostOf } from '../peers/host-and-port.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';
import { postgresServer, usesPostgres } from '../peers/stores.ts';
import { telemetryHost } from '../peers/telemetry-peers.ts';

const CONTROL_PLANE = `${ISTIO_NAMESPACE}/*`;

/** Returns the hosts that every sidecar may reach: the control plane and the telemetry collectors. */
function operationsHosts({ environment }: PlatformScope): readonly string[] {
  const { telemetry = [] } = environment;
  return [CONTROL_PLANE, ...telemetry.map((peer) => `${peer.namespace}/${telemetryHost(peer)}`)];
}

/** Adds the Sidecar of pods without one of their own. They may reach only the control plane and the collectors. */
export function addDefaultSidecar(platform: Platform): void {
  new Sidecar(platform, 'sidecar', {
    metadata: { name: 'default' },
    spec: {
      egress: [{ hosts: operationsHosts(platform) }],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    },
  });
}

/**
 * Adds the Sidecar of a service. Egress is limited to the callees, the store and the broker, which bounds the memory of
 * the proxy.
 */
export function addSidecar(service: Service): void {
  const callees = new Set(service.outgoingCalls.map((call) => call.callee.host));
  const postgres = usesPostgres(service) ? [postgresServer(service.platform).host] : [];
  const brokers = new Set((hasEvents(service) ? brokerAddresses(service.platform) : []).map(hostOf));
  new Sidecar(service, 'sidecar', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      workloadSelector: { labels: serviceSelector(service) },
      egress: [
        {
          hosts: [
            ...[...callees, ...postgres, ...brokers].map((host) => `./${host}`),
            ...operationsHosts(service.platform),
          ],
        },
      ],
      outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' },
    },
  });
}
