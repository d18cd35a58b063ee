/** A script and a style sheet for browsers, minified. */
export interface BrowserBundle {
  readonly script: string;
  /** Empty if no module imports a style sheet. */
  readonly style: string;
}

/** Number of bundles in progress. */
let running = 0;

/**
 * Bundles a TypeScript module with the modules, packages and style sheets that it imports. Writes no files.
 *
 * esbuild is loaded by the first call, so a process that never serves a page does not pay for it.
 *
 * @param entry absolute path of the module that runs first
 * @throws Error if a file is missing, or has a syntax error
 */
export async function bundleBrowser(entry: string): Promise<BrowserBundle> {
  const { build, stop } = await import('esbuild');
  running += 1;
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
  }).finally(() => {
    running -= 1;
    // esbuild is a process of its own, which would otherwise run as long as this one.
    if (running === 0) return stop();
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: textOf('.js'), style: textOf('.css') };
}
