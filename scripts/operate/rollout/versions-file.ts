import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseVersions, VERSIONS_FILE, type Versions } from '../../../charts/versions.ts';
import type { Version } from '../../../mesh/graph/service.ts';

/** The environment whose traffic is shifted: the one that runs in the cluster. */
export const ENVIRONMENT = 'kind';

/** The file of versions as it lies there, and what it says. */
export interface VersionsFile {
  readonly text: string;
  readonly versions: Versions;
}

/** @throws Error that names what is wrong in the file */
export function readVersions(): VersionsFile {
  const text = readFileSync(VERSIONS_FILE, 'utf8');
  return { text, versions: parseVersions(text)[ENVIRONMENT] ?? {} };
}

/** The file with other versions of one service; all else in it stays. */
export function withVersions(text: string, service: string, versions: readonly Version[]): VersionsFile {
  const environments = parseVersions(text);
  const changed = { ...environments[ENVIRONMENT], [service]: versions.map(inOrder) };
  const all = { ...environments, [ENVIRONMENT]: changed };
  return { text: `${JSON.stringify(all, undefined, 2)}\n`, versions: changed };
}

/** Replaces the file at once, so that nobody reads half of it. */
export function writeVersions(text: string): void {
  const file = fileURLToPath(VERSIONS_FILE);
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

/** Fields in one order, and none that says nothing: a change and its way back leave the file as it was. */
function inOrder({ name, weight, imageTag, header, mirrorPercent, settings }: Version): Version {
  return {
    name,
    weight,
    ...(imageTag !== undefined && { imageTag }),
    ...(header && { header }),
    ...(mirrorPercent && { mirrorPercent }),
    ...(settings && Object.keys(settings).length > 0 && { settings }),
  };
}
