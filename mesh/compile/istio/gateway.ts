import { Gateway } from '../../../imports/networking.istio.io.ts';
import type { Service } from '../../graph/service.ts';
import type { Edge } from '../../policy/edge.ts';
import { INGRESS_GATEWAY } from '../peers/control-plane.ts';
import { serviceLabels } from '../peers/labels.ts';

/** Adds the Gateway that accepts requests for the hosts of the edge at Istio's ingress gateway. */
export function addGateway(service: Service, { hosts }: Edge): void {
  new Gateway(service, 'gateway', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      selector: INGRESS_GATEWAY.labels,
      servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts }],
    },
  });
}
