import { parseSource, type SyntaxNode } from './parse-source.ts';

/** One import of a file, in any of its forms. */
export interface Import {
  /** The specifier as written: `../kit/errors.ts`. */
  readonly from: string;
  /** From 1. */
  readonly line: number;
  /** Whether stripping types removes the import. */
  readonly isType: boolean;
}

/**
 * Returns the imports, re-exports, `import()` expressions and `import('')` types of a TypeScript source, as far as
 * their specifier is a literal.
 */
export function importsOf(source: string): readonly Import[] {
  const { nodes, bytesOf, lineAt } = parseSource(source);
  return nodes.flatMap((node) => {
    const specifier = specifierOf(node);
    if (typeof specifier?.value !== 'string') return [];
    const [start] = bytesOf(specifier) ?? [0];
    const isType = node.type === 'TsImportType' || node.typeOnly === true;
    return [{ from: specifier.value, line: lineAt(start), isType }];
  });
}

function specifierOf(node: SyntaxNode): SyntaxNode | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return (node.source ?? undefined) as SyntaxNode | undefined;
    case 'CallExpression': {
      if ((node.callee as SyntaxNode).type !== 'Import') return undefined;
      const [argument] = node.arguments as readonly { expression: SyntaxNode }[];
      return argument?.expression;
    }
    case 'TsImportType':
      return node.argument as SyntaxNode;
    default:
      return undefined;
  }
}
