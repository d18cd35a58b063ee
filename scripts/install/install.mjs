import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../../mesh/run/process/lock.mjs';
import { LEFT_OUT, missingPackages } from './missing-packages.mjs';
import { npmCi } from './npm-ci.mjs';

const POLL_INTERVAL_MS = 200;
/** Packages that a message names. */
const MAX_NAMES = 3;

/**
 * Installs the packages that package-lock.json asks for and node_modules does not have.
 * @throws Error that says what went wrong, and what to do about it
 */
export async function install(root) {
  if (missingPackages(root).length === 0) return;
  const unlock = await lockInstallation(root);
  try {
    // Another process may have installed them meanwhile.
    const missing = missingPackages(root);
    if (missing.length > 0) installPackages(root, missing);
  } catch (error) {
    throw explained(error);
  } finally {
    unlock();
  }
}

function installPackages(root, missing) {
  console.error(`node_modules lacks ${listed(missing)}; installing ...`);
  npmCi(root);
  const absent = missingPackages(root);
  const required = absent.filter(({ optional }) => !optional);
  if (required.length > 0) {
    throw new Error(
      `npm ci did not install ${listed(required)}\nnpm config list shows whether a setting leaves them out.`,
    );
  }
  if (absent.length > 0)
    writeFileSync(join(root, LEFT_OUT), JSON.stringify(absent.map(({ location }) => location)));
}

/** Waits for its turn: two npm ci in one folder destroy each other's work. */
async function lockInstallation(root) {
  const file = join(root, '.weft/installing');
  for (let isTold = false; ; isTold = true) {
    const lock = attempt(file);
    if ('release' in lock) return lock.release;
    if (!isTold)
      console.error(`Process ${lock.holder} installs the dependencies; waiting for it (${file}) ...`);
    await delay(POLL_INTERVAL_MS);
  }
}

function attempt(file) {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    return tryLock(file);
  } catch (error) {
    throw explained(error);
  }
}

function explained(error) {
  const advice = {
    EACCES: 'change the owner of the checkout',
    EPERM: 'change the owner of the checkout',
    EROFS: 'the file system is read-only: run npm ci where it can be written',
    ENOSPC: 'the disk is full: make room, then start again',
    EDQUOT: 'the quota is used up: make room, then start again',
  }[error.code];
  return advice ? new Error(`the dependencies cannot be installed: ${error.message}: ${advice}`) : error;
}

function listed(packages) {
  const names = packages.map(({ location }) => location.split('node_modules/').at(-1));
  if (names.length <= MAX_NAMES) return names.join(', ');
  return `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more packages`;
}
