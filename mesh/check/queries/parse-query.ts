import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** A parsed query. */
export interface ParsedQuery {
  readonly root: SyntaxNode;
  /** Returns the source of a node. */
  readonly textOf: (node: SyntaxNode) => string;
}

/**
 * Parses a query of PromQL, by the grammar of Prometheus' own web page.
 * @throws Error with the position and the rest of the query, if the syntax is wrong
 */
export function parseQuery(query: string): ParsedQuery {
  const root = parser.parse(query).topNode;
  const [error] = nodesBelow(root).filter(({ type }) => type.isError);
  if (error) {
    const rest = query.slice(error.from, error.from + 30);
    const place = rest === '' ? 'at its end' : `at character ${error.from + 1}, '${rest}'`;
    throw new Error(`the query has a syntax error ${place}: correct it`);
  }
  return { root, textOf: ({ from, to }) => query.slice(from, to) };
}

/** Returns a node and all nodes below it, parents first. */
export function nodesBelow(node: SyntaxNode): readonly SyntaxNode[] {
  return [node, ...childrenOf(node).flatMap(nodesBelow)];
}

/** Returns the nodes directly below a node. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}
