import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseVersions, VERSIONS_FILE, type Versions } from '../../../charts/versions.ts';
import type { Version } from '../../../mesh/graph/version.ts';

/** The environment that runs in the cluster, whose traffic is shifted. */
export const ENVIRONMENT = 'kind';

/** The text of the file of versions, and its content for the environment. */
export interface VersionsFile {
  readonly text: string;
  readonly versions: Versions;
}

/** Reads the file of versions. @throws Error that names the invalid field */
export function readVersions(): VersionsFile {
  const text = readFileSync(VERSIONS_FILE, 'utf8');
  return { text, versions: parseVersions(text)[ENVIRONMENT] ?? {} };
}

/** Returns the file with new versions of one service and no other change. */
export function replaceVersions(text: string, service: string, versions: readonly Version[]): VersionsFile {
  const environments = parseVersions(text);
  const changed = { ...environments[ENVIRONMENT], [service]: versions.map(inOrder) };
  const all = { ...environments, [ENVIRONMENT]: changed };
  return { text: `${JSON.stringify(all, undefined, 2)}\n`, versions: changed };
}

/** Replaces the file atomically, so that no reader sees a partial file. */
export function writeVersions(text: string): void {
  const file = fileURLToPath(VERSIONS_FILE);
  writeFileSync(`${file}.${process.pid}`, text);
  renameSync(`${file}.${process.pid}`, file);
}

/**
 * Returns the fields in a fixed order and without defaults, so that a change and its reversal leave the file identical.
 */
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
