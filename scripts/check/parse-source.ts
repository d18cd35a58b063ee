import { parseSync } from '@swc/core';

/** A node of a syntax tree of swc, with the fields that checks read. */
export interface SyntaxNode {
  readonly type?: string;
  readonly span?: { readonly start: number; readonly end: number };
  readonly [field: string]: unknown;
}

/** A parsed TypeScript or JavaScript source. */
export interface ParsedSource {
  /** Every node with a type, parents before their children. */
  readonly nodes: readonly SyntaxNode[];
  /** Returns the byte offsets of a node in the source, or `undefined` for a node without a position. */
  readonly bytesOf: (node: SyntaxNode) => readonly [start: number, end: number] | undefined;
  /** Returns the line of a byte offset, from 1. */
  readonly lineAt: (byte: number) => number;
}

/** Parses a TypeScript or JavaScript source. @throws Error with the syntax error */
export function parseSource(source: string): ParsedSource {
  // swc counts positions in bytes, and continues the count over all sources that the process parses. The leading
  // semicolon becomes the first node, so its position is the offset of this source. A hashbang is only valid at the
  // start of a source.
  const { body } = parseSync(`;${source.replace(/^#!/, '//')}`, { syntax: 'typescript', target: 'es2024' });
  const base = (body[0]?.span.start ?? 0) + 1;
  const bytes = Buffer.from(source);
  const lineStarts = [0];
  for (let at = bytes.indexOf('\n'); at >= 0; at = bytes.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return {
    nodes: nodesBelow(body.slice(1)),
    bytesOf: ({ span }) => span && [span.start - base, span.end - base],
    lineAt: (byte) => lineStarts.findLastIndex((start) => start <= byte) + 1,
  };
}

function nodesBelow(value: unknown, nodes: SyntaxNode[] = []): SyntaxNode[] {
  if (typeof value !== 'object' || value === null) return nodes;
  const node = value as SyntaxNode;
  if (node.type) nodes.push(node);
  for (const child of Object.values(node)) nodesBelow(child, nodes);
  return nodes;
}
