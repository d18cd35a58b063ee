import type { Platform } from '../../graph/platform.ts';

/** The nodes and edges of a diagram of the service graph. */
export interface DiagramGraph {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
}

export interface DiagramNode {
  /** Unique in the diagram: `service-order`. */
  readonly id: string;
  readonly kind: 'outside' | 'service' | 'topic' | 'store';
  readonly label: string;
}

export interface DiagramEdge {
  readonly from: string;
  readonly to: string;
  readonly kind: 'call' | 'event' | 'store';
}

/** Converts a service graph to nodes and edges. Several calls between two services become one edge. */
export function diagramGraph(platform: Platform): DiagramGraph {
  const services = platform.services.map(
    ({ name }) => ({ id: `service-${name}`, kind: 'service', label: name }) as const,
  );
  const topics = platform.topics.map(
    ({ name }) => ({ id: `topic-${name}`, kind: 'topic', label: name }) as const,
  );
  const stores = platform.services.flatMap(({ name, store }) =>
    store ? [{ id: `store-${name}`, kind: 'store', label: store.database } as const] : [],
  );
  const edges = platform.services.filter(({ edge }) => edge);
  const outside = edges.length > 0 ? [{ id: 'outside', kind: 'outside', label: 'HTTP' } as const] : [];
  return {
    nodes: [...outside, ...services, ...topics, ...stores],
    edges: [
      ...edges.map(({ name }) => ({ from: 'outside', to: `service-${name}`, kind: 'call' as const })),
      ...callEdges(platform),
      ...platform.topics.flatMap((topic) => [
        ...[...topic.publishers].map(({ name }) => event(`service-${name}`, `topic-${topic.name}`)),
        ...[...topic.consumers].map(({ name }) => event(`topic-${topic.name}`, `service-${name}`)),
      ]),
      ...platform.services.flatMap(({ name, store }) =>
        store ? [{ from: `service-${name}`, to: `store-${name}`, kind: 'store' as const }] : [],
      ),
    ],
  };
}

function callEdges(platform: Platform): readonly DiagramEdge[] {
  return platform.services.flatMap((caller) => {
    const callees = new Set(caller.outgoingCalls.map(({ callee }) => callee.name));
    return [...callees].map((callee) => ({
      from: `service-${caller.name}`,
      to: `service-${callee}`,
      kind: 'call' as const,
    }));
  });
}

function event(from: string, to: string): DiagramEdge {
  return { from, to, kind: 'event' };
}
