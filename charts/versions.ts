import { readFileSync } from 'node:fs';
import type { Version } from '../mesh/graph/version.ts';

/** The versions of an environment, by service. A service that is not listed has one version. */
export type Versions = Readonly<Record<string, readonly Version[]>>;

/** File with the versions of each environment. `npm run shift` writes it. */
export const VERSIONS_FILE = new URL('versions.json', import.meta.url);

/**
 * Reads the versions of an environment.
 * @throws Error that names the field in the file, the value and the rule
 */
export function readVersions(environment: string): Versions {
  return parseVersions(readFileSync(VERSIONS_FILE, 'utf8'))[environment] ?? {};
}

/**
 * Parses the text of the file. The check of the graph verifies the names of versions and the sum of their weights.
 * @throws Error that names the field in the text, the value and the rule
 */
export function parseVersions(text: string): Readonly<Record<string, Versions>> {
  const environments = record(parseJson(text), 'the file');
  for (const [environment, services] of Object.entries(environments)) {
    for (const [service, versions] of Object.entries(record(services, environment))) {
      const path = `${environment}.${service}`;
      if (!Array.isArray(versions)) throw fieldError(path, versions, 'a list of versions');
      for (const [index, version] of versions.entries()) checkVersion(version, `${path}[${index}]`);
    }
  }
  return environments as Readonly<Record<string, Versions>>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `charts/versions.json is not JSON: ${(cause as Error).message}; repair it, or restore it with git`,
    );
  }
}

const TEXT = { is: (value: unknown) => typeof value === 'string', rule: 'a string' };
const PERCENT = { is: (value: unknown) => typeof value === 'number', rule: 'a number from 0 to 100' };

const FIELDS: Readonly<Record<keyof Version, (value: unknown, path: string) => void>> = {
  name: (value, path) => expect(value, path, TEXT),
  weight: (value, path) => expect(value, path, PERCENT),
  imageTag: (value, path) => expect(value, path, TEXT),
  settings: (value, path) => {
    for (const [key, setting] of Object.entries(record(value, path))) expect(setting, `${path}.${key}`, TEXT);
  },
  header: (value, path) => {
    const { name, value: text, ...others } = record(value, path);
    expect(name, `${path}.name`, TEXT);
    expect(text, `${path}.value`, TEXT);
    for (const [key, otherVersion] of Object.entries(others))
      throw fieldError(`${path}.${key}`, otherVersion, 'name or value');
  },
  mirrorPercent: (value, path) => expect(value, path, PERCENT),
};

function checkVersion(version: unknown, path: string): void {
  const fields = record(version, path);
  for (const [key, value] of Object.entries(fields)) {
    if (!Object.hasOwn(FIELDS, key))
      throw fieldError(`${path}.${key}`, value, `one of ${Object.keys(FIELDS).join(', ')}`);
    FIELDS[key as keyof Version](value, `${path}.${key}`);
  }
  for (const key of ['name', 'weight'] as const) FIELDS[key](fields[key], `${path}.${key}`);
}

function expect(value: unknown, path: string, { is, rule }: { is(value: unknown): boolean; rule: string }) {
  if (!is(value)) throw fieldError(path, value, rule);
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw fieldError(path, value, 'an object');
}

function fieldError(path: string, value: unknown, rule: string): Error {
  const text = value === undefined ? 'missing' : JSON.stringify(value);
  return new Error(`charts/versions.json: ${path} is ${text}: it must be ${rule}`);
}
