import type { Edge, EdgeRoute } from '../../policy/edge.ts';
import type { Finding } from '../../policy/finding.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Characters that have one encoding only in a URL (unreserved, RFC 3986). */
const LITERAL = /^[A-Za-z0-9._~-]+$/;
const PARAMETER = /^\{([A-Za-z_]\w*)\}$/;
/** Istio reads `*` as any role. */
const ROLE = /^[A-Za-z0-9][A-Za-z0-9_.:/-]*$/;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE'] satisfies EdgeRoute['method'][];

/**
 * Routes of the edge have paths, methods and roles that the mesh and the process compare alike, and each is there once.
 * Which of two routes serves a request is decided by precedence, and their rules never add up (edge-authorization-policy).
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
    const change = pathChange(path);
    if (change) {
      yield { rule: 'edge/routes', message: `a route has the path '${path}': ${change}` };
    }
    if (!METHODS.includes(method)) {
      const message = `${path} has the method '${method}': give one of ${METHODS.join(', ')}`;
      yield { rule: 'edge/routes', message };
    }
    if (typeof access === 'object' && !ROLE.test(access.role)) {
      const message = `${method} ${path} asks for the role '${access.role}': use letters, digits, '-', '_', '.', ':' and '/', a letter or digit first`;
      yield { rule: 'edge/role', message };
    }
    const name = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
    const other = routesByName.get(name);
    if (other) {
      const message =
        other.path === path
          ? `${method} ${path} is there twice: remove one`
          : `${method} ${path} and ${other.path} are there twice: they fit the same requests; remove one`;
      yield { rule: 'edge/routes', message };
    }
    routesByName.set(name, route);
  }
}

/** Returns how to fix a path that the mesh, the process or the ingress would read differently; undefined when it is right. */
function pathChange(path: string): string | undefined {
  if (!path.startsWith('/')) return 'begin it with /';
  if (path === '/') return undefined;
  const segments = path.split('/').slice(1);
  if (segments.includes(''))
    return 'it has an empty segment; write one slash between segments and none at the end';
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return 'proxies resolve the segments . and ..; write the path that they lead to';
  }
  const wrong = segments.find((segment) => !LITERAL.test(segment) && !PARAMETER.test(segment));
  if (wrong !== undefined) {
    return /[{}]/.test(wrong)
      ? `a parameter is a whole segment, as in {id}; Istio takes no '${wrong}'`
      : `'${wrong}' has characters that proxies compare differently; use letters, digits, '-', '.', '_' and '~'`;
  }
  const names = segments.flatMap((segment) => PARAMETER.exec(segment)?.[1] ?? []);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice && `two of its parameters have the name '${twice}'; rename one`;
}
