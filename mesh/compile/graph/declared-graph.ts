import type { Platform } from '../../graph/platform.ts';
import type { DeclaredGraph } from '../../policy/declared-graph.ts';

/** Returns the services, calls and topics of a platform as plain data. */
export function declaredGraph(platform: Platform): DeclaredGraph {
  return {
    services: platform.services.map(({ name, serves, edge, store, versions }) => ({
      name,
      ...(serves && { serves: serves.fullName }),
      isEdge: edge !== undefined,
      hasStore: store !== undefined,
      versions: versions.map((version) => ({ name: version.name, weightPercent: version.weight })),
    })),
    calls: platform.calls.map(({ caller, callee, name, paths, layer, policy }) => ({
      caller: caller.name,
      callee: callee.name,
      name,
      methods: paths.map((path) => path.slice(1)),
      layer,
      policy,
    })),
    topics: platform.topics.map(({ name, publishers, consumers }) => ({
      name,
      publishers: [...publishers].map((service) => service.name),
      consumers: [...consumers].map((service) => service.name),
    })),
  };
}
