import { RequestAuthentication } from '../../../../imports/security.istio.io.ts';
import { Service } from '../../../graph/service.ts';
import type { SharedEdge } from '../../../graph/shared-edge.ts';
import { serviceLabels, serviceSelector } from '../../peers/labels.ts';

/**
 * Adds a RequestAuthentication that verifies access tokens. The edge's AuthorizationPolicy decides which routes require
 * one. The name of an authentication scheme has no case (RFC 9110, 11.1), but Envoy compares a prefix exactly. Therefore
 * the usual spellings are listed. A token after another spelling, such as `BeArEr`, counts as missing.
 */
export function addRequestAuthentication(service: Service, { token, routes }: SharedEdge): void {
  const issuer = routes.find(({ path }) => path === token.jwksPath)?.service ?? service;
  new RequestAuthentication(service, 'request-authentication', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      selector: { matchLabels: serviceSelector(service) },
      jwtRules: [
        {
          issuer: token.issuer,
          audiences: [token.audience],
          jwksUri: `http://${issuer.host}:${Service.httpPort}${token.jwksPath}`,
          fromHeaders: SCHEMES.map((scheme) => ({ name: 'Authorization', prefix: `${scheme} ` })),
          // The service verifies the token again and reads the customer from it.
          forwardOriginalToken: true,
        },
      ],
    },
  });
}

const SCHEMES = ['Bearer', 'bearer', 'BEARER'];
