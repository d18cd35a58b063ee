import type { Service } from '../../graph/service.ts';
import { type SharedEdge, sharedEdges } from '../../graph/shared-edge.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { publicHost } from '../rules/name-rules.ts';

/** Requires edge hosts to be valid and owned by one edge, and token settings that let the mesh verify tokens. */
export const edges: GraphRule = function* ({ services, environment }) {
  const ownerOf = new Map<string, Service>();
  for (const edge of sharedEdges(services)) {
    yield* hostProblems(edge, environment.hasIstio, ownerOf);
    yield* tokenProblems(edge);
  }
};

function* hostProblems(
  { hosts, services: [first] }: SharedEdge,
  hasIstio: boolean,
  ownerOf: Map<string, Service>,
): Generator<Problem> {
  const rule = 'edge/hosts';
  const { path } = first.node;
  if (hosts.length === 0) yield { path, rule, message: 'the edge has no hosts: list one, or * for any' };
  for (const host of hosts) {
    // Without Istio, hosts are displayed but not matched.
    const fix = host === 'localhost' && !hasIstio ? undefined : publicHost(host);
    if (fix) yield { path, rule, message: `the edge has the host '${host}': ${fix}` };
    const owner = ownerOf.get(host);
    if (owner === first) {
      yield { path, rule, message: `the edge has the host '${host}' twice: remove one` };
    } else if (owner) {
      const message = `the edge has the host '${host}', which '${owner.name}' also has: Istio would route requests to either; declare the same hosts and token settings to share one edge, or distinct hosts`;
      yield { path, rule, message };
    }
    ownerOf.set(host, first);
  }
}

function* tokenProblems({ token, routes, services: [first] }: SharedEdge): Generator<Problem> {
  const rule = 'edge/token';
  const { path } = first.node;
  // Istio matches `<issuer>/<subject>` and treats `*` as a wildcard.
  for (const field of ['issuer', 'audience'] as const) {
    if (/^[^\s*]+$/.test(token[field])) continue;
    const message = `token.${field} is '${token[field]}': use text without white space or *`;
    yield { path, rule, message };
  }
  for (const role of token.roles) {
    if (ROLE.test(role)) continue;
    const message = `token.roles has '${role}': use letters, digits, '-', '_', '.', ':' and '/', a letter or digit first`;
    yield { path, rule, message };
  }
  const keys = routes.find((route) => route.method === 'GET' && route.path === token.jwksPath);
  if (keys?.access !== 'public' || token.jwksPath.includes('{')) {
    const message = `token.jwksPath is '${token.jwksPath}': declare GET of this path as a public route without parameters, so that verifiers can fetch the keys`;
    yield { path, rule, message };
  }
}

/** Excludes `*`, which Istio treats as a wildcard for any role. */
const ROLE = /^[A-Za-z0-9][A-Za-z0-9_.:/-]*$/;
