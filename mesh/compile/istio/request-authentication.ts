import { RequestAuthentication } from '../../../imports/security.istio.io.ts';
import { Service } from '../../graph/service.ts';
import type { Edge } from '../../policy/edge.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';

/**
 * Adds a RequestAuthentication that verifies access tokens. The edge's AuthorizationPolicy decides which routes require
 * one.
 */
export function addRequestAuthentication(service: Service, { token }: Edge): void {
  new RequestAuthentication(service, 'request-authentication', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      selector: { matchLabels: serviceSelector(service) },
      jwtRules: [
        {
          issuer: token.issuer,
          audiences: [token.audience],
          jwksUri: `http://${service.host}:${Service.httpPort}${token.jwksPath}`,
          // The service verifies the token again and reads the customer from it.
          forwardOriginalToken: true,
        },
      ],
    },
  });
}
