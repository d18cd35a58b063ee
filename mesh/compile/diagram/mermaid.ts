import type { Platform } from '../../graph/platform.ts';
import { type DiagramEdge, type DiagramNode, diagramGraph } from './diagram-graph.ts';

/**
 * Renders the graph as a Mermaid flowchart. Boxes are services, arrows are calls, dotted arrows are events and cylinders are
 * stores.
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function mermaid(platform: Platform): string {
  const { nodes, edges } = diagramGraph(platform);
  return `${['flowchart LR', ...nodes.map(nodeLine), ...edges.map(edgeLine)].join('\n  ')}\n`;
}

function nodeLine({ id, kind, label }: DiagramNode): string {
  const shapes = {
    outside: `(["${label}"])`,
    service: `["${label}"]`,
    topic: `[["${label}"]]`,
    store: `[("${label}")]`,
  };
  return `${id}${shapes[kind]}`;
}

function edgeLine({ from, to, kind }: DiagramEdge): string {
  const arrows = { call: '-->', event: '-.->', store: '---' };
  return `${from} ${arrows[kind]} ${to}`;
}
