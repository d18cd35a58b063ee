/** A script and a style sheet for browsers, minified. */
export interface BrowserBundle {
  readonly script: string;
  /** Empty if no module imports a style sheet. */
  readonly style: string;
}

/**
 * Bundles a TypeScript module with the modules, packages and style sheets that it imports. Writes no files.
 *
 * esbuild is loaded by the first call, so a process that never serves a page does not pay for it.
 *
 * @param entry absolute path of the module that runs first
 * @throws Error if a file is missing, or has a syntax error
 */
export async function bundleBrowser(entry: string): Promise<BrowserBundle> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    // Names the output files; no folder is created.
    outdir: '/',
    minify: true,
    format: 'iife',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}
