import { readdir, readFile } from 'node:fs/promises';
import { type EncodedFile, encodeFile } from '../http/encoded-file.ts';
import { ICON } from './icon.ts';
import { stripTypes } from './strip-types.ts';

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
  const scripts = await readScripts();
  await Promise.all([
    ...SCRIPTS.map((name, index) => add(name, 'text/javascript; charset=utf-8', scripts[index] ?? '')),
    readStyle().then((text) => add('shop.css', 'text/css; charset=utf-8', text)),
    add('icon.svg', 'image/svg+xml', ICON),
  ]);
  return {
    path: (name) => `/assets/${hashedNames.get(name)}`,
    find: (name) => files.get(name),
  };
}

/** Returns the scripts as JavaScript, without the empty lines that stripped types leave. */
async function readScripts(): Promise<readonly string[]> {
  const sources = SCRIPTS.map((name) => readFile(new URL(name.replace(/\.js$/, '.ts'), BROWSER), 'utf8'));
  const scripts = await stripTypes(await Promise.all(sources));
  return scripts.map((script) => script.replaceAll(/[ \t]+$/gm, '').replaceAll(/\n{2,}/g, '\n'));
}

/** Returns all style sheets in the order of their names. */
async function readStyle(): Promise<string> {
  const names = (await readdir(STYLE)).filter((name) => name.endsWith('.css')).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, STYLE), 'utf8')));
  return texts.join('\n');
}
