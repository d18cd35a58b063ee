import type { Service } from '../../graph/service.ts';
import type { Edge } from '../../policy/edge.ts';
import type { Problem } from '../../policy/problem.ts';
import type { GraphRule } from '../rules/graph-rule.ts';
import { publicHost } from '../rules/name-rules.ts';

/** HTTP edges have hosts that Istio takes, each on one edge alone, and tokens that can be checked by anyone. */
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
  if (hosts.length === 0) yield { path, rule, message: 'the edge has no hosts: give one, or * for all' };
  for (const host of hosts) {
    // Without Istio a host is only shown.
    const change = host === 'localhost' && !hasIstio ? undefined : publicHost(host);
    if (change) yield { path, rule, message: `the edge has the host '${host}': ${change}` };
    const owner = ownerOf.get(host);
    if (owner === service) {
      yield { path, rule, message: `the edge has the host '${host}' twice: remove one` };
    } else if (owner) {
      const message = `the edge has the host '${host}', which '${owner.name}' has too: Istio would lead requests to either; give each edge hosts of its own`;
      yield { path, rule, message };
    }
    ownerOf.set(host, service);
  }
}

function* tokenProblems(path: string, { token, routes }: Edge): Generator<Problem> {
  const rule = 'edge/token';
  // Istio compares `<issuer>/<subject>`, and takes `*` for any text.
  for (const field of ['issuer', 'audience'] as const) {
    if (/^[^\s*]+$/.test(token[field])) continue;
    const message = `token.${field} is '${token[field]}': give a text without white space and *`;
    yield { path, rule, message };
  }
  const keys = routes.find((route) => route.method === 'GET' && route.path === token.jwksPath);
  if (keys?.access !== 'public' || token.jwksPath.includes('{')) {
    const message = `token.jwksPath is '${token.jwksPath}': make GET of it a public route without parameters, so that tokens can be checked`;
    yield { path, rule, message };
  }
}
