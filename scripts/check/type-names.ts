import { parseSource, type SyntaxNode } from './parse-source.ts';
import { isGenerated, readSourceFiles, type SourceFile } from './source-files.ts';

/** Checks every source of the checkout, except tests and generated code. Returns a line per violation. */
export async function runTypeNameRule(): Promise<readonly string[]> {
  const files = await readSourceFiles(['charts', 'mesh', 'services', 'scripts']);
  return typeNameViolations(files.filter(({ path }) => !isGenerated(path)));
}

/** Returns a line for each exported type, interface or class whose name another file exports too. */
export function typeNameViolations(files: readonly SourceFile[]): readonly string[] {
  const places = new Map<string, string[]>();
  for (const { path, text } of files)
    for (const { name, line } of exportedTypes(text))
      places.set(name, [...(places.get(name) ?? []), `${path}:${line}`]);
  return [...places].flatMap(([name, [first, ...others]]) =>
    others.map(
      (place) => `${place}: the type ${name} is declared at ${first} too; qualify one by what it belongs to`,
    ),
  );
}

/** Returns the types that a source declares and exports, each name once. */
function exportedTypes(source: string): readonly { readonly name: string; readonly line: number }[] {
  const { nodes, bytesOf, lineAt } = parseSource(source);
  const types = nodes
    .filter(({ type }) => type === 'ExportDeclaration')
    .map(({ declaration }) => declaration as SyntaxNode)
    .flatMap((declaration) => {
      const name = (declaration.id ?? declaration.identifier) as SyntaxNode | undefined;
      const isType = /^(?:Class|TsInterface|TsTypeAlias|TsEnum)Declaration$/.test(declaration.type ?? '');
      return isType && name ? [{ name: String(name.value), line: lineAt(bytesOf(name)?.[0] ?? 0) }] : [];
    });
  return types.filter(({ name }, index) => types.findIndex((type) => type.name === name) === index);
}
