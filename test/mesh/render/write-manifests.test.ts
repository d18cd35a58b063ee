import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Manifest } from '../../../mesh/render/manifest.ts';
import { writeManifests } from '../../../mesh/render/write-manifests.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'weft-write-'));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

function manifest(file: string, name: string): Manifest {
  return { path: `app/${name}`, file, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } };
}

const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

test('writes the objects of one file in order', () => {
  const result = writeManifests(
    [manifest('a.k8s.yaml', 'one'), manifest('b.k8s.yaml', 'two'), manifest('a.k8s.yaml', 'three')],
    folder,
  );
  expect(result).toEqual({ written: ['a.k8s.yaml', 'b.k8s.yaml'], unchanged: [], removed: [] });
  expect(read('a.k8s.yaml')).toBe(
    'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: three\n',
  );
  expect(readdirSync(folder).sort()).toEqual(['a.k8s.yaml', 'b.k8s.yaml']);
});

test('keeps unchanged files, removes files without a manifest, and ignores files of others', () => {
  writeManifests(
    [manifest('same.k8s.yaml', 'a'), manifest('other.k8s.yaml', 'b'), manifest('old.k8s.yaml', 'c')],
    folder,
  );
  writeFileSync(path.join(folder, 'notes.yaml'), 'mine');
  const before = statSync(path.join(folder, 'same.k8s.yaml')).ino;
  const result = writeManifests(
    [manifest('same.k8s.yaml', 'a'), manifest('other.k8s.yaml', 'x'), manifest('new.k8s.yaml', 'd')],
    folder,
  );
  expect(result).toEqual({
    written: ['other.k8s.yaml', 'new.k8s.yaml'],
    unchanged: ['same.k8s.yaml'],
    removed: ['old.k8s.yaml'],
  });
  expect(statSync(path.join(folder, 'same.k8s.yaml')).ino).toBe(before);
  expect(readdirSync(folder).sort()).toEqual([
    'new.k8s.yaml',
    'notes.yaml',
    'other.k8s.yaml',
    'same.k8s.yaml',
  ]);
});

test('reports a folder that is a file, or below a file', () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, 'x');
  expect(() => writeManifests([manifest('a.k8s.yaml', 'a')], file)).toThrow(
    `cannot write manifests to ${file}: it is a file; choose another folder (EEXIST)`,
  );
  expect(() => writeManifests([manifest('a.k8s.yaml', 'a')], path.join(file, 'x'))).toThrow(
    /part of the path is a file.*ENOTDIR/,
  );
});

test('changes no file if the last one cannot be written', () => {
  writeManifests([manifest('a.k8s.yaml', 'before')], folder);
  const tooLong = `${'b'.repeat(300)}.k8s.yaml`;
  expect(() => writeManifests([manifest('a.k8s.yaml', 'after'), manifest(tooLong, 'b')], folder)).toThrow(
    /ENAMETOOLONG/,
  );
  expect(read('a.k8s.yaml')).toContain('before');
  expect(readdirSync(folder)).toEqual(['a.k8s.yaml']);
});

test('reports a folder without write permission', () => {
  chmodSync(folder, 0o500);
  expect(() => asUser(() => writeManifests([manifest('a.k8s.yaml', 'a')], folder))).toThrow(
    /this user has no permission to write to it.*EACCES/,
  );
});

/** Runs `work` without root's right to write everywhere. */
function asUser(work: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

test.each(['/dev/full', '/proc'])('reports that %s cannot be written', (place) => {
  expect(() => writeManifests([manifest('a.k8s.yaml', 'a')], place)).toThrow(
    `cannot write manifests to ${place}: `,
  );
});
