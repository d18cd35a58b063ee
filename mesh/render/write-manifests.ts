import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from './manifest.ts';
import { YamlWriter } from './yaml.ts';

/** Names of the files in the folder. */
export interface WrittenFiles {
  readonly written: readonly string[];
  readonly unchanged: readonly string[];
  readonly removed: readonly string[];
}

const EXTENSION = '.k8s.yaml';

/**
 * Writes manifests to the files that they name. All files are written to temporary files first and then renamed, so
 * that an error leaves the manifests of the folder unchanged. Files with the same content are not written. Files of
 * earlier runs (`*.k8s.yaml` directly in the folder) that have no manifest are removed.
 *
 * @param folder created if it does not exist
 * @throws Error that names the folder and the reason, if it cannot be written
 */
export function writeManifests(manifests: readonly Manifest[], folder: string): WrittenFiles {
  const texts = render(manifests);
  try {
    mkdirSync(folder, { recursive: true });
    const before = readdirSync(folder).filter((name) => name.endsWith(EXTENSION));
    const changed = [...texts].filter(([name, text]) => !hasContent(path.join(folder, name), text));
    replaceFiles(folder, changed);
    const removed = before.filter((name) => !texts.has(name));
    for (const name of removed) rmSync(path.join(folder, name));
    const changedNames = new Set(changed.map(([name]) => name));
    const unchanged = [...texts.keys()].filter((name) => !changedNames.has(name));
    return { written: [...changedNames], unchanged, removed };
  } catch (cause) {
    throw new Error(`cannot write manifests to ${path.resolve(folder)}: ${reason(cause)}`, { cause });
  }
}

function render(manifests: readonly Manifest[]): Map<string, string> {
  const objects = Map.groupBy(manifests, ({ file }) => file);
  const writer = new YamlWriter();
  const texts = new Map<string, string>();
  for (const [file, group] of objects) texts.set(file, writer.stringify(group.map(({ object }) => object)));
  return texts;
}

function hasContent(file: string, text: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  return size !== undefined && size === Buffer.byteLength(text) && readFileSync(file, 'utf8') === text;
}

function replaceFiles(folder: string, files: readonly (readonly [string, string])[]): void {
  const temporary = (name: string) => path.join(folder, `.${name}.${process.pid}`);
  try {
    for (const [name, text] of files) writeFileSync(temporary(name), text);
    for (const [name] of files) renameSync(temporary(name), path.join(folder, name));
  } catch (error) {
    for (const [name] of files) rmSync(temporary(name), { force: true });
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission to write to it; change its permissions or choose another folder',
  EPERM: 'this user has no permission to write to it; change its permissions or choose another folder',
  EROFS: 'it is on a read-only file system; choose another folder',
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the quota is exhausted; free some space',
  ENOTDIR: 'part of the path is a file; choose another folder',
  EEXIST: 'it is a file; choose another folder',
};

function reason(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const text = code === undefined ? undefined : REASONS[code];
  return text ? `${text} (${code})` : message;
}
