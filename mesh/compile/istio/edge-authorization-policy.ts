import {
  AuthorizationPolicy,
  type AuthorizationPolicyRules,
  type AuthorizationPolicyRulesTo,
} from '../../../imports/security.istio.io.ts';
import { Service } from '../../graph/service.ts';
import type { Edge, EdgeRoute } from '../../policy/edge.ts';
import { serviceLabels, serviceSelector } from '../labels.ts';
import { INGRESS_GATEWAY } from './control-plane.ts';

/**
 * Lets the ingress gateway in to the edge's routes, each with what it asks of the token. RequestAuthentication lets
 * a request without a token through; here it is refused, for want of a request principal.
 */
export function edgeAuthorizationPolicy(service: Service, edge: Edge): void {
  new AuthorizationPolicy(service, 'authorization-policy', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      selector: { matchLabels: serviceSelector(service) },
      action: 'ALLOW',
      rules: [...keysRule(edge), ...publicRule(edge), ...tokenRule(edge), ...roleRules(edge)],
    },
  });
}

/** istiod asks for the keys without a certificate. */
function keysRule({ token, routes }: Edge): readonly AuthorizationPolicyRules[] {
  const keys = routes.filter((route) => route.path === token.jwksPath && route.access === 'public');
  return keys.length > 0 ? [{ to: operations(keys) }] : [];
}

function publicRule({ routes }: Edge): readonly AuthorizationPolicyRules[] {
  const open = routes.filter((route) => route.access === 'public');
  return open.length > 0
    ? [{ from: [{ source: { principals: [INGRESS_GATEWAY.principal] } }], to: operations(open) }]
    : [];
}

function tokenRule({ token, routes }: Edge): readonly AuthorizationPolicyRules[] {
  const withToken = routes.filter((route) => route.access === 'token');
  return withToken.length > 0 ? [{ from: bearers(token.issuer), to: operations(withToken) }] : [];
}

function roleRules({ token, routes }: Edge): readonly AuthorizationPolicyRules[] {
  const byRole = new Map<string, EdgeRoute[]>();
  for (const route of routes) {
    if (typeof route.access === 'string') continue;
    const { role } = route.access;
    byRole.set(role, [...(byRole.get(role) ?? []), route]);
  }
  return [...byRole].map(([role, withRole]) => ({
    from: bearers(token.issuer),
    to: operations(withRole),
    when: [{ key: 'request.auth.claims[role]', values: [role] }],
  }));
}

function bearers(issuer: string) {
  return [{ source: { principals: [INGRESS_GATEWAY.principal], requestPrincipals: [`${issuer}/*`] } }];
}

/** One operation for each method; `{*}` stands for one segment of a path. */
function operations(routes: readonly EdgeRoute[]): readonly AuthorizationPolicyRulesTo[] {
  const ports = [String(Service.httpPort)];
  const methods = [...new Set(routes.map((route) => route.method))];
  return methods.map((method) => ({
    operation: {
      ports,
      methods: [method],
      paths: routes
        .filter((route) => route.method === method)
        .map(({ path }) => path.replaceAll(/\{[^}]+\}/g, '{*}')),
    },
  }));
}
