import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isForPlatform } from './machine.mjs';

/** File with the locations of packages that `npm ci` omitted, as a JSON list. Another `npm ci` would omit them too. */
export const OMITTED_PACKAGES = 'node_modules/.weft-left-out.json';

/**
 * Returns the packages of package-lock.json that this platform needs and that are not installed in the locked version.
 * Installed packages are read from node_modules/.package-lock.json, which npm writes. A location is such as
 * `node_modules/pg`.
 *
 * @throws Error if package-lock.json cannot be read
 */
export function missingPackages(root, machine = process) {
  const required = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const recorded = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  const omitted = readJson(join(root, OMITTED_PACKAGES)) ?? [];
  return Object.entries(required)
    .filter(([location, entry]) => {
      if (location === '' || entry.link) return false;
      if (!existsSync(join(root, location, 'package.json'))) {
        if (recorded?.[location]) return true;
        return isRequired(entry, machine) && !omitted.includes(location);
      }
      if (recorded) return !isSame(recorded[location], entry) && isRequired(entry, machine);
      return readJson(join(root, location, 'package.json'))?.version !== entry.version;
    })
    .map(([location, { optional = false }]) => ({ location, optional }));
}

/** Returns whether npm installs a package: optional packages depend on the platform and on the C library. */
function isRequired(entry, machine) {
  return !entry.optional || (!entry.libc && isForPlatform(entry, machine));
}

function isSame(recorded, entry) {
  return recorded?.version === entry.version && recorded?.integrity === entry.integrity;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
