import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isForPlatform } from './machine.mjs';

/** Locations of packages that `npm ci` left out, as a JSON list: another `npm ci` would leave them out too. */
export const LEFT_OUT = 'node_modules/.weft-left-out.json';

/**
 * Returns the packages that package-lock.json asks for on this platform and that are not installed in that version,
 * by their location, such as `node_modules/pg`. It does not matter who installed the packages: npm itself records what is
 * in node_modules, in node_modules/.package-lock.json.
 *
 * @throws Error when package-lock.json cannot be read
 */
export function missingPackages(root, machine = process) {
  const required = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const recorded = readJson(join(root, 'node_modules/.package-lock.json'))?.packages;
  const leftOut = readJson(join(root, LEFT_OUT)) ?? [];
  return Object.entries(required)
    .filter(([location, entry]) => {
      if (location === '' || entry.link) return false;
      if (!existsSync(join(root, location, 'package.json'))) {
        if (recorded?.[location]) return true;
        return isRequired(entry, machine) && !leftOut.includes(location);
      }
      if (recorded) return !isSame(recorded[location], entry) && isRequired(entry, machine);
      return readJson(join(root, location, 'package.json'))?.version !== entry.version;
    })
    .map(([location, { optional = false }]) => ({ location, optional }));
}

/** npm installs an optional package for its own platform only, and one for a C library only where that is. */
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
