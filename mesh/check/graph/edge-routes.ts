import { type OwnedRoute, type SharedEdge, sharedEdges } from '../../graph/shared-edge.ts';
import { type EdgeMethod, type EdgeRoute, edgeTimeout, isRetryableRoute } from '../../policy/edge.ts';
import { isAmbiguous, pathShape } from '../../policy/edge-paths.ts';
import type { Finding } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';

/** Unreserved characters (RFC 3986): a URL encodes each of them in only one way. */
const LITERAL = /^[A-Za-z0-9._~-]+$/;
const PARAMETER = /^\{([A-Za-z_]\w*)\}$/;
const HANDLER = /^[A-Za-z_]\w*$/;
/** `type/subtype` without parameters (RFC 9110, 8.3.1), in lower case. */
const MEDIA_TYPE = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/;
const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE'] satisfies EdgeMethod[];

/**
 * Requires the routes of an edge to be unique, with paths, methods and roles that every gateway compares the same way,
 * and with fields that do not contradict each other. If two paths match a request, precedence picks one; access rules
 * never combine (see edge-authorization-policy.ts).
 */
export const edgeRoutes: GraphRule = function* ({ services }) {
  for (const edge of sharedEdges(services)) {
    for (const route of edge.routes) {
      for (const finding of [...formFindings(route), ...accessFindings(route, edge), ...fieldFindings(route)])
        yield { path: route.service.node.path, ...finding };
    }
    yield* pairFindings(edge);
  }
};

function* formFindings({ method, path, handler }: EdgeRoute): Generator<Finding> {
  const rule = 'edge/routes';
  const fix = fixForPath(path);
  if (fix) yield { rule, message: `route path is '${path}': ${fix}` };
  if (!METHODS.includes(method)) {
    yield { rule, message: `the method of ${path} is '${method}': use one of ${METHODS.join(', ')}` };
  }
  if (!HANDLER.test(handler)) {
    const message = `the handler of ${method} ${path} is '${handler}': use the name of a function, letters, digits and _`;
    yield { rule, message };
  }
}

function* accessFindings({ method, path, access }: EdgeRoute, { token }: SharedEdge): Generator<Finding> {
  if (typeof access === 'object' && !token.roles.includes(access.role)) {
    const roles = token.roles.length === 0 ? 'none' : token.roles.join(', ');
    const message = `${method} ${path} requires the role '${access.role}', which no token has: use one of token.roles (${roles}), or add it there`;
    yield { rule: 'edge/role', message };
  }
  if (access === 'owner' && !path.includes('{')) {
    const message = `${method} ${path} has access 'owner' and no parameter that names an object: use 'token'`;
    yield { rule: 'edge/owner', message };
  }
}

function* fieldFindings(route: EdgeRoute): Generator<Finding> {
  const { method, path, body, stream } = route;
  const name = `${method} ${path}`;
  const rule = 'edge/fields';
  if (body && (method === 'GET' || method === 'DELETE')) {
    const message = `${name} has a body, which has no meaning for ${method} (RFC 9110, 9.3): remove it, or use POST`;
    yield { rule, message };
  }
  const type = body?.mediaTypes.find((mediaType) => !MEDIA_TYPE.test(mediaType));
  if (type !== undefined || body?.mediaTypes.length === 0) {
    const message = `${name} has the media type '${type ?? ''}': use type/subtype in lower case, without parameters`;
    yield { rule, message };
  }
  if (typeof body?.maxBytes === 'number' && !(Number.isInteger(body.maxBytes) && body.maxBytes > 0)) {
    yield {
      rule,
      message: `${name} has maxBytes ${body.maxBytes}: use a whole number above 0, or unlimited`,
    };
  }
  if (body?.maxBytes === 'unlimited' && isRetryableRoute(route)) {
    const message = `${name} is retryable and has an unlimited body, which no gateway can send again: limit the body, or set isRetryable to false`;
    yield { rule, message };
  }
  if ((stream || body?.maxBytes === 'unlimited') && edgeTimeout(route) !== 'none') {
    const message = `${name} is a stream and has the timeout ${edgeTimeout(route)}, which would end it: set timeout to none`;
    yield { rule, message };
  }
}

/** Compares each route with those before it. */
function* pairFindings({ routes }: SharedEdge) {
  const handlers = new Map<string, OwnedRoute>();
  for (const [index, route] of routes.entries()) {
    const name = `${route.method} ${route.path}`;
    const { path } = route.service.node;
    const earlier = routes.slice(0, index);
    const namesake = earlier.find(
      (one) => one.method === route.method && pathShape(one) === pathShape(route),
    );
    if (namesake) {
      const message =
        namesake.path === route.path
          ? `${name} is declared twice: remove one`
          : `${name} and ${namesake.path} match the same requests: remove one`;
      yield { path, rule: 'edge/routes', message };
    }
    const rival = earlier.find((one) => isAmbiguous(one, route));
    if (rival) {
      const message = `${route.path} and ${rival.path} both match some paths, and neither is more specific: gateways would choose differently; rename a literal segment`;
      yield { path, rule: 'edge/ambiguous', message };
    }
    const partner = earlier.find(
      (one) => pathShape(one) === pathShape(route) && one.service !== route.service,
    );
    if (partner && !namesake) {
      const message = `${route.path} is served by '${partner.service.name}' as well: declare all methods of a path in one service, which answers OPTIONS for it`;
      yield { path, rule: 'edge/owner-service', message };
    }
    const twin = handlers.get(`${route.service.name} ${route.handler}`);
    if (twin) {
      const message = `${name} has the handler '${route.handler}', as has ${twin.method} ${twin.path}: name one function for each`;
      yield { path, rule: 'edge/handler', message };
    }
    handlers.set(`${route.service.name} ${route.handler}`, route);
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
