import { readFileSync } from 'node:fs';
import type { Version } from '../mesh/graph/version.ts';

/** Which versions run in an environment, by service; a service that is not in it has one. */
export type Versions = Readonly<Record<string, readonly Version[]>>;

/** The versions of each environment: the part of the graph that `npm run shift` writes. */
export const VERSIONS_FILE = new URL('versions.json', import.meta.url);

/** @throws Error that names the place in the file, the value there and the rule */
export function readVersions(environment: string): Versions {
  return parseVersions(readFileSync(VERSIONS_FILE, 'utf8'))[environment] ?? {};
}

/**
 * Reads the text of such a file. What a version may be called, and that weights add up, is the check's to say.
 * @throws Error that names the place in the text, the value there and the rule
 */
export function parseVersions(text: string): Readonly<Record<string, Versions>> {
  const environments = record(parsed(text), 'the file');
  for (const [environment, services] of Object.entries(environments)) {
    for (const [service, versions] of Object.entries(record(services, environment))) {
      const path = `${environment}.${service}`;
      if (!Array.isArray(versions)) throw wrong(path, versions, 'a list of versions');
      for (const [index, version] of versions.entries()) checkVersion(version, `${path}[${index}]`);
    }
  }
  return environments as Readonly<Record<string, Versions>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(
      `charts/versions.json is not JSON: ${(cause as Error).message}; repair it, or restore it by git`,
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
    for (const [key, other] of Object.entries(others)) throw wrong(`${path}.${key}`, other, 'name or value');
  },
  mirrorPercent: (value, path) => expect(value, path, PERCENT),
};

function checkVersion(version: unknown, path: string): void {
  const fields = record(version, path);
  for (const [key, value] of Object.entries(fields)) {
    if (!Object.hasOwn(FIELDS, key))
      throw wrong(`${path}.${key}`, value, `one of ${Object.keys(FIELDS).join(', ')}`);
    FIELDS[key as keyof Version](value, `${path}.${key}`);
  }
  for (const key of ['name', 'weight'] as const) FIELDS[key](fields[key], `${path}.${key}`);
}

function expect(value: unknown, path: string, { is, rule }: { is(value: unknown): boolean; rule: string }) {
  if (!is(value)) throw wrong(path, value, rule);
}

function record(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw wrong(path, value, 'an object');
}

function wrong(path: string, value: unknown, rule: string): Error {
  const shown = value === undefined ? 'missing' : JSON.stringify(value);
  return new Error(`charts/versions.json: ${path} is ${shown}: it must be ${rule}`);
}
