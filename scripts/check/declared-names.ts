import { type ParsedSource, parseSource, type SyntaxNode } from './parse-source.ts';

/** A name that a source declares: of a variable, a parameter, a field, a method, a function or a type. */
export interface DeclaredName {
  /** Without the `#` of a private field. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

/** Returns every name that a TypeScript or JavaScript source declares. */
export function declaredNames(
  source: string,
  { nodes, bytesOf, lineAt }: ParsedSource = parseSource(source),
): readonly DeclaredName[] {
  return nodes.flatMap(namingNodes).flatMap((node) => {
    const [start] = bytesOf(node) ?? [0];
    return typeof node.value === 'string' ? [{ name: node.value, line: lineAt(start) }] : [];
  });
}

/** Returns the nodes with the names that a declaration introduces. */
function namingNodes(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.type) {
    case 'VariableDeclarator':
    case 'TsInterfaceDeclaration':
    case 'TsTypeAliasDeclaration':
    case 'TsEnumDeclaration':
      return namesOfPattern(node.id);
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return namesOfPattern(node.identifier);
    case 'TsTypeParameter':
      return namesOfPattern(node.name);
    case 'CatchClause':
    case 'TsParameterProperty':
      return namesOfPattern(node.param);
    case 'Parameter':
      return namesOfPattern(node.pat);
    case 'ArrowFunctionExpression':
    case 'TsFunctionType':
    case 'TsConstructorType':
      return (node.params as readonly unknown[]).flatMap(namesOfPattern);
    case 'TsMethodSignature':
      return [node.key as SyntaxNode, ...(node.params as readonly unknown[]).flatMap(namesOfPattern)];
    case 'TsPropertySignature':
    case 'ClassProperty':
    case 'PrivateProperty':
    case 'ClassMethod':
    case 'PrivateMethod':
    case 'MethodProperty':
    case 'GetterProperty':
    case 'KeyValueProperty':
      return [node.key as SyntaxNode];
    default:
      return [];
  }
}

function namesOfPattern(pattern: unknown): readonly SyntaxNode[] {
  const node = pattern as SyntaxNode | null | undefined;
  switch (node?.type) {
    case 'Identifier':
      return [node];
    case 'AssignmentPattern':
      return namesOfPattern(node.left);
    case 'RestElement':
      return namesOfPattern(node.argument);
    case 'ArrayPattern':
      return (node.elements as readonly unknown[]).flatMap(namesOfPattern);
    case 'ObjectPattern':
      return (node.properties as readonly SyntaxNode[]).flatMap((property) =>
        property.type === 'AssignmentPatternProperty'
          ? [property.key as SyntaxNode]
          : namesOfPattern(property.type === 'RestElement' ? property : property.value),
      );
    default:
      return [];
  }
}
