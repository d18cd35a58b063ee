import { parseSync } from '@swc/core';

/** One import of a file, in any of its forms. */
export interface Import {
  /** As written: `../kit/errors.ts`. */
  readonly from: string;
  /** From 1. */
  readonly line: number;
  /** Whether it is gone once types are stripped. */
  readonly isType: boolean;
}

/** Every import, export from, `import()` and type `import('')` of a TypeScript source with a literal path. */
export function importsOf(source: string): readonly Import[] {
  // Positions count on over all sources that were ever parsed, in bytes: the semicolon says from where.
  // A hashbang is no comment behind it.
  const { body } = parseSync(`;${source.replace(/^#!/, '//')}`, { syntax: 'typescript', target: 'es2024' });
  const base = (body[0]?.span.start ?? 0) + 1;
  const bytes = Buffer.from(source);
  const found: Import[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const importing = asImport(node as Node);
    if (importing) {
      const before = bytes.subarray(0, importing.start - base).toString();
      found.push({ from: importing.from, line: before.split('\n').length, isType: importing.isType });
    }
    Object.values(node).forEach(visit);
  };
  visit(body);
  return found;
}

/** The parts of a syntax tree that name a module. */
interface Node {
  readonly type?: string;
  readonly span?: { readonly start: number };
  readonly typeOnly?: boolean;
  readonly source?: Literal | null;
  readonly callee?: Node;
  readonly arguments?: readonly { readonly expression: Literal }[];
  readonly argument?: Literal;
  readonly moduleRef?: { readonly expression?: Literal };
}

interface Literal {
  readonly type: string;
  readonly value?: unknown;
  readonly span: { readonly start: number };
}

function asImport(node: Node): { from: string; start: number; isType: boolean } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return named(node.source, node.typeOnly === true);
    case 'CallExpression':
      return node.callee?.type === 'Import' ? named(node.arguments?.[0]?.expression, false) : undefined;
    case 'TsImportType':
      return named(node.argument, true);
    default:
      return undefined;
  }
}

function named(literal: Literal | null | undefined, isType: boolean) {
  if (typeof literal?.value !== 'string') return undefined;
  return { from: literal.value, start: literal.span.start, isType };
}
