import { RequestAuthentication } from '../../../imports/security.istio.io.ts';
import { Service } from '../../graph/service.ts';
import type { Edge } from '../../policy/edge.ts';
import { serviceLabels, serviceSelector } from '../peers/labels.ts';

/** Verifies an access token where there is one; the edge's AuthorizationPolicy says where there must be one. */
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
          // The service looks at the token again, and takes the customer from it.
          forwardOriginalToken: true,
        },
      ],
    },
  });
}
