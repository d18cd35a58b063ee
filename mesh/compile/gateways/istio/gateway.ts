import { Gateway } from '../../../../imports/networking.istio.io.ts';
import type { SharedEdge } from '../../../graph/shared-edge.ts';
import { INGRESS_GATEWAY } from '../../peers/control-plane.ts';
import { serviceLabels } from '../../peers/labels.ts';

/** Adds the Gateway that accepts requests for the hosts of the edge at Istio's ingress gateway. */
export function addGateway({ name, hosts, services: [first] }: SharedEdge): void {
  new Gateway(first, 'gateway', {
    metadata: { name, labels: serviceLabels(first) },
    spec: {
      selector: INGRESS_GATEWAY.labels,
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts }],
    },
  });
}
