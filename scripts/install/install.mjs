import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../../mesh/run/process/lock.mjs';
import { missingPackages, OMITTED_PACKAGES } from './missing-packages.mjs';
import { npmCi } from './npm-ci.mjs';

const POLL_INTERVAL_MS = 200;
/** Maximum number of packages that a message names. */
const MAX_NAMES = 3;

/**
 * Installs the packages of package-lock.json that node_modules does not have.
 * @throws Error with the problem and the fix
 */
export async function install(root) {
  if (missingPackages(root).length === 0) return;
  const unlock = await lockInstallation(root);
  try {
    // Another process may have installed the packages while this one waited for the lock.
    const missing = missingPackages(root);
    if (missing.length > 0) installPackages(root, missing);
  } catch (error) {
    throw explain(error);
  } finally {
    unlock();
  }
}

function installPackages(root, missing) {
  console.error(`node_modules lacks ${nameList(missing)}; installing ...`);
  npmCi(root);
  const absent = missingPackages(root);
  const required = absent.filter(({ optional }) => !optional);
  if (required.length > 0) {
    throw new Error(
      `npm ci did not install ${nameList(required)}\nrun npm config list to see whether a setting omits them`,
    );
  }
  if (absent.length > 0)
    writeFileSync(join(root, OMITTED_PACKAGES), JSON.stringify(absent.map(({ location }) => location)));
}

/** Acquires the lock of the installation, as concurrent runs of npm ci corrupt node_modules. */
async function lockInstallation(root) {
  const file = join(root, '.weft/installing');
  for (let isReported = false; ; isReported = true) {
    const lock = attempt(file);
    if ('release' in lock) return lock.release;
    if (!isReported)
      console.error(`waiting for process ${lock.holder}, which installs the dependencies (lock ${file}) ...`);
    await delay(POLL_INTERVAL_MS);
  }
}

function attempt(file) {
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    return tryLock(file);
  } catch (error) {
    throw explain(error);
  }
}

function explain(error) {
  const advice = {
    EACCES: 'change the owner of the checkout',
    EPERM: 'change the owner of the checkout',
    EROFS: 'the file system is read-only; use a checkout on a writable one',
    ENOSPC: 'the disk is full; free some space and try again',
    EDQUOT: 'the disk quota is exceeded; free some space and try again',
  }[error.code];
  return advice ? new Error(`cannot install the dependencies: ${error.message}: ${advice}`) : error;
}

function nameList(packages) {
  const names = packages.map(({ location }) => location.split('node_modules/').at(-1));
  if (names.length <= MAX_NAMES) return names.join(', ');
  return `${names.slice(0, MAX_NAMES).join(', ')} and ${names.length - MAX_NAMES} more packages`;
}
