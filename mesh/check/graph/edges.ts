import type { GraphRule } from '../graph-rule.ts';

/** The HTTP edge has hosts, and each of its routes once; tokens can be checked by anyone. */
export const edges: GraphRule = function* ({ services }) {
  for (const { edge, node } of services) {
    if (!edge) continue;
    const { path } = node;
    if (edge.hosts.length === 0)
      yield { path, rule: 'edge/hosts', message: 'the edge has no hosts: give one, or * for all' };
    const seen = new Set<string>();
    for (const route of edge.routes) {
      const name = `${route.method} ${route.path.replaceAll(/\{[^}]*\}/g, '{}')}`;
      if (!route.path.startsWith('/')) {
        yield { path, rule: 'edge/routes', message: `a route has the path '${route.path}': begin it with /` };
      }
      if (seen.has(name)) {
        yield {
          path,
          rule: 'edge/routes',
          message: `${route.method} ${route.path} is there twice: remove one`,
        };
      }
      seen.add(name);
    }
    const keys = edge.routes.find((route) => route.method === 'GET' && route.path === edge.token.jwksPath);
    if (keys?.access !== 'public') {
      const message = `token.jwksPath is '${edge.token.jwksPath}': make GET of it a public route, so that tokens can be checked`;
      yield { path, rule: 'edge/token', message };
    }
  }
};
