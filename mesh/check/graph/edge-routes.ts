import type { Edge, EdgeRoute } from '../../policy/edge.ts';
import type { Finding } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Unreserved characters (RFC 3986): a URL encodes each of them in only one way. */
const LITERAL = /^[A-Za-z0-9._~-]+$/;
const PARAMETER = /^\{([A-Za-z_]\w*)\}$/;
/** Excludes `*`, which Istio treats as a wildcard for any role. */
const ROLE = /^[A-Za-z0-9][A-Za-z0-9_.:/-]*$/;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE'] satisfies EdgeRoute['method'][];

/**
 * Requires edge routes to be unique, with paths, methods and roles that mesh and process compare the same way. If two
 * routes match a request, precedence picks one; access rules never combine (see edge-authorization-policy.ts).
 */
export const edgeRoutes: GraphRule = function* ({ services }) {
  for (const { edge, node } of services) {
    if (edge) for (const finding of routeFindings(edge)) yield { path: node.path, ...finding };
  }
};

function* routeFindings({ routes }: Edge): Generator<Finding> {
  const routesByName = new Map<string, EdgeRoute>();
  for (const route of routes) {
    const { method, path, access } = route;
    const fix = fixForPath(path);
    if (fix) {
      yield { rule: 'edge/routes', message: `route path is '${path}': ${fix}` };
    }
    if (!METHODS.includes(method)) {
      const message = `the method of ${path} is '${method}': use one of ${METHODS.join(', ')}`;
      yield { rule: 'edge/routes', message };
    }
    if (typeof access === 'object' && !ROLE.test(access.role)) {
      const message = `${method} ${path} requires the role '${access.role}': use letters, digits, '-', '_', '.', ':' and '/', a letter or digit first`;
      yield { rule: 'edge/role', message };
    }
    const name = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const namesake = routesByName.get(name);
    if (namesake) {
      const message =
        namesake.path === path
          ? `${method} ${path} is declared twice: remove one`
          : `${method} ${path} and ${namesake.path} match the same requests: remove one`;
      yield { rule: 'edge/routes', message };
    }
    routesByName.set(name, route);
  }
}

/** Returns how to fix a path that mesh, process and ingress would interpret differently; undefined for a valid path. */
function fixForPath(path: string): string | undefined {
  if (!path.startsWith('/')) return 'start it with /';
  if (path === '/') return undefined;
  const segments = path.split('/').slice(1);
  if (segments.includes(''))
    return 'it has an empty segment; write one slash between segments and none at the end';
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return 'proxies resolve the segments . and ..; write the resolved path';
  }
  const invalid = segments.find((segment) => !LITERAL.test(segment) && !PARAMETER.test(segment));
  if (invalid !== undefined) {
    return /[{}]/.test(invalid)
      ? `a parameter must be a whole segment such as {id}; Istio rejects '${invalid}'`
      : `'${invalid}' has characters that proxies compare differently; use letters, digits, '-', '.', '_' and '~'`;
  }
  const names = segments.flatMap((segment) => PARAMETER.exec(segment)?.[1] ?? []);
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  return duplicate && `two of its parameters have the name '${duplicate}'; rename one`;
}
