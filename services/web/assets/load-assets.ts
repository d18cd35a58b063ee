import { readdir, readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { type EncodedFile, encodeFile } from '../http/encoded-file.ts';
import { ICON } from './icon.ts';

const BROWSER = new URL('../browser/', import.meta.url);
const STYLE = new URL('../style/', import.meta.url);

/** Scripts of pages: the modules of services/web/browser. */
const SCRIPTS = ['forms.js', 'times.js', 'stock.js', 'cart.js', 'order.js', 'import.js'] as const;

export type ScriptName = (typeof SCRIPTS)[number];
type AssetName = ScriptName | 'shop.css' | 'icon.svg';

/** The scripts and styles of the storefront. */
export interface Assets {
  /** Returns the path of a file, which changes with its content. */
  path(name: AssetName): string;
  /** Returns the file of a path below `/assets/`; undefined if there is none. */
  find(name: string): EncodedFile | undefined;
}

/** Reads and compresses all files. The scripts are TypeScript, of which Node strips the types; nothing is bundled. */
export async function loadAssets(): Promise<Assets> {
  const files = new Map<string, EncodedFile>();
  const hashedNames = new Map<string, string>();
  const add = async (name: AssetName, type: string, text: string) => {
    const file = await encodeFile(type, text);
    const [base = '', extension = ''] = name.split('.');
    const hashedName = `${base}-${file.hash}.${extension}`;
    files.set(hashedName, file);
    hashedNames.set(name, hashedName);
  };
  await Promise.all([
    ...SCRIPTS.map(async (name) => add(name, 'text/javascript; charset=utf-8', await readScript(name))),
    readStyle().then((text) => add('shop.css', 'text/css; charset=utf-8', text)),
    add('icon.svg', 'image/svg+xml', ICON),
  ]);
  return {
    path: (name) => `/assets/${hashedNames.get(name)}`,
    find: (name) => files.get(name),
  };
}

async function readScript(name: ScriptName): Promise<string> {
  const source = await readFile(new URL(name.replace(/\.js$/, '.ts'), BROWSER), 'utf8');
  return withoutWarnings(() => stripTypeScriptTypes(source))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

/** Returns all style sheets in the order of their names. */
async function readStyle(): Promise<string> {
  const names = (await readdir(STYLE)).filter((name) => name.endsWith('.css')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, STYLE), 'utf8')));
  return texts.join('\n');
}

/** Runs `work` without the warning of Node that type stripping by a function is experimental. */
function withoutWarnings<T>(work: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return work();
  } finally {
    process.emitWarning = emitWarning;
  }
}
