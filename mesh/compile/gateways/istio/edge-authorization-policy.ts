import {
  AuthorizationPolicy,
  type AuthorizationPolicyRules,
  type AuthorizationPolicyRulesTo,
} from '../../../../imports/security.istio.io.ts';
import { Service } from '../../../graph/service.ts';
import type { Edge, EdgeRoute } from '../../../policy/edge.ts';
import { comparePrecedence, isAtLeastAsStrict, overlaps } from '../../../policy/edge-paths.ts';
import { INGRESS_GATEWAY } from '../../peers/control-plane.ts';
import { serviceLabels, serviceSelector } from '../../peers/labels.ts';

/**
 * Adds the AuthorizationPolicy of the edge. It admits the ingress gateway to each route, with the access token that the
 * route requires. RequestAuthentication accepts requests without a token. This policy refuses them, because they have
 * no request principal.
 *
 * ALLOW rules are a union: a request is admitted if any of them matches. Therefore the rule of a route excludes the
 * paths that another route serves under another rule: `GET /x/{id}` for everyone excludes `/x/secret` for admins.
 */
export function addEdgeAuthorizationPolicy(service: Service, edge: Edge): void {
  new AuthorizationPolicy(service, 'authorization-policy', {
    metadata: { name: service.name, labels: serviceLabels(service) },
    spec: {
      selector: { matchLabels: serviceSelector(service) },
      action: 'ALLOW',
      rules: [...keysRule(edge), ...publicRule(edge), ...tokenRule(edge), ...roleRules(edge)],
    },
  });
}

/** Returns the rule that admits istiod, which has no certificate, to the public keys of access tokens. */
function keysRule({ token, routes }: Edge): readonly AuthorizationPolicyRules[] {
  const keys = routes.filter(
    ({ method, path, access }) => method === 'GET' && path === token.jwksPath && access === 'public',
  );
  return keys.length > 0 ? [{ to: operations(keys, routes) }] : [];
}

function publicRule({ routes }: Edge): readonly AuthorizationPolicyRules[] {
  const publicRoutes = routes.filter((route) => route.access === 'public');
  return publicRoutes.length > 0
    ? [
        {
          from: [{ source: { principals: [INGRESS_GATEWAY.principal] } }],
          to: operations(publicRoutes, routes),
        },
      ]
    : [];
}

function tokenRule({ token, routes }: Edge): readonly AuthorizationPolicyRules[] {
  const withToken = routes.filter(({ access }) => access === 'token' || access === 'owner');
  return withToken.length > 0 ? [{ from: bearers(token.issuer), to: operations(withToken, routes) }] : [];
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
    to: operations(withRole, routes),
    when: [{ key: 'request.auth.claims[role]', values: [role] }],
  }));
}

function bearers(issuer: string) {
  return [{ source: { principals: [INGRESS_GATEWAY.principal], requestPrincipals: [`${issuer}/*`] } }];
}

/** Groups routes to one operation for each method and set of excluded paths. */
function operations(
  routes: readonly EdgeRoute[],
  all: readonly EdgeRoute[],
): readonly AuthorizationPolicyRulesTo[] {
  const ports = [String(Service.httpPort)];
  const groups = Map.groupBy(routes, (route) => JSON.stringify([route.method, excludedPaths(route, all)]));
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const notPaths = excludedPaths(first, all);
    const paths = group.map(pathTemplate);
    const operation = { ports, methods: first.method === 'GET' ? ['GET', 'HEAD'] : [first.method], paths };
    return [{ operation: notPaths.length > 0 ? { ...operation, notPaths } : operation }];
  });
}

/** Returns the paths that match a route, but are served by a stricter route, or not with the method of the route. */
function excludedPaths(route: EdgeRoute, all: readonly EdgeRoute[]): readonly string[] {
  const preceding = all.filter((other) => overlaps(route, other) && comparePrecedence(other, route) < 0);
  const paths = Map.groupBy(preceding, pathTemplate);
  return [...paths].flatMap(([path, others]) => {
    const sameMethod = others.find(({ method }) => method === route.method);
    return sameMethod && isAtLeastAsStrict(route.access, sameMethod.access) ? [] : [path];
  });
}

/** Converts a path to Istio's syntax, in which `{*}` matches one segment. */
function pathTemplate({ path }: EdgeRoute): string {
  return path.replaceAll(/\{[^}]+\}/g, '{*}');
}
