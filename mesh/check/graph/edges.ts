import type { Service } from '../../graph/service.ts';
import type { Edge } from '../../policy/edge.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { publicHost } from '../rules/name-rules.ts';

/** Requires edge hosts to be valid and owned by one edge, and token settings that let the mesh verify tokens. */
export const edges: GraphRule = function* ({ services }) {
  const ownerOf = new Map<string, Service>();
  for (const service of services) {
    if (!service.edge) continue;
    yield* hostProblems(service, service.edge, ownerOf);
    yield* tokenProblems(service.node.path, service.edge);
  }
};

function* hostProblems(service: Service, { hosts }: Edge, ownerOf: Map<string, Service>): Generator<Problem> {
  const rule = 'edge/hosts';
  const { path } = service.node;
  const { hasIstio } = service.platform.environment;
  if (hosts.length === 0) yield { path, rule, message: 'the edge has no hosts: list one, or * for any' };
  for (const host of hosts) {
    // Without Istio, hosts are displayed but not matched.
    const fix = host === 'localhost' && !hasIstio ? undefined : publicHost(host);
    if (fix) yield { path, rule, message: `the edge has the host '${host}': ${fix}` };
    const owner = ownerOf.get(host);
    if (owner === service) {
      yield { path, rule, message: `the edge has the host '${host}' twice: remove one` };
    } else if (owner) {
      const message = `the edge has the host '${host}', which '${owner.name}' also has: Istio would route requests to either; use distinct hosts for each edge`;
      yield { path, rule, message };
    }
    ownerOf.set(host, service);
  }
}

function* tokenProblems(path: string, { token, routes }: Edge): Generator<Problem> {
  const rule = 'edge/token';
  // Istio matches `<issuer>/<subject>` and treats `*` as a wildcard.
  for (const field of ['issuer', 'audience'] as const) {
    if (/^[^\s*]+$/.test(token[field])) continue;
    const message = `token.${field} is '${token[field]}': use text without white space or *`;
    yield { path, rule, message };
  }
  const keys = routes.find((route) => route.method === 'GET' && route.path === token.jwksPath);
  if (keys?.access !== 'public' || token.jwksPath.includes('{')) {
    const message = `token.jwksPath is '${token.jwksPath}': declare GET of this path as a public route without parameters, so that verifiers can fetch the keys`;
    yield { path, rule, message };
  }
}
