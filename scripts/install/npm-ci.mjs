import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Fixes for npm errors, by patterns of their codes. */
const ADVICE = [
  [/\bENOSPC\b|\bEDQUOT\b/, 'the disk is full; free some space and try again'],
  [
    /\bEACCES\b|\bEPERM\b|\bEROFS\b/,
    'npm has no write permission; change the owner of the folder in its message',
  ],
  [/\bENOTCACHED\b/, 'npm is in offline mode; run npm config delete offline'],
  [/\bE401\b|\bE403\b/, 'the registry requires a login; run npm login, or npm config set registry URL'],
  [
    /\bE404\b|\bETARGET\b/,
    'the registry does not have the package; select another one with npm config set registry URL',
  ],
  [
    /\bEINTEGRITY\b/,
    'a package does not match its checksum in package-lock.json; run npm cache clean --force and try again',
  ],
  [/\bEUSAGE\b/, 'package.json and package-lock.json do not match; run npm install, or revert the change'],
  [
    /CERT|SIGNATURE/,
    'the certificate of the registry has an unknown issuer; set NODE_EXTRA_CA_CERTS to its CA file',
  ],
];
const NETWORK = 'the first run needs the npm registry; check the network, or run npm config set registry URL';
/** First major version of npm that reads the format of package-lock.json. */
const MIN_NPM_VERSION = 7;

/**
 * Runs `npm ci`. A failure restores the previous node_modules, as npm deletes the folder before it contacts the registry.
 *
 * @throws Error with the problem and the fix
 */
export function npmCi(root) {
  const folder = join(root, 'node_modules');
  const before = join(root, '.weft/node_modules-before');
  moveAway(folder, before);
  const npm = spawnSync(
    'npm',
    // Without these options, a setting of npm or NODE_ENV=production may omit dependencies.
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    // Progress goes to standard error, as standard output belongs to the verb.
    { cwd: root, stdio: ['ignore', 2, 'pipe'], encoding: 'utf8', maxBuffer: 64 * 2 ** 20 },
  );
  process.stderr.write(npm.stderr ?? '');
  if (npm.status === 0) {
    rmSync(before, { recursive: true, force: true });
    return;
  }
  const isRestored = existsSync(before);
  if (isRestored) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(before, folder);
  }
  throw new Error(
    [...reasons(npm), ...(isRestored ? ['the previous node_modules was restored'] : [])].join('\n'),
  );
}

function moveAway(folder, before) {
  // A run was killed while npm worked: node_modules is incomplete, and `before` is the previous one.
  if (existsSync(before)) return rmSync(folder, { recursive: true, force: true });
  if (!existsSync(folder)) return undefined;
  try {
    mkdirSync(join(before, '..'), { recursive: true });
    renameSync(folder, before);
  } catch (error) {
    // A node_modules on its own file system cannot be moved.
    if (!['EXDEV', 'EBUSY'].includes(error.code)) throw error;
  }
}

function reasons(npm) {
  if (npm.error?.code === 'ENOENT') return ['npm is not found on the PATH', 'install Node.js with npm'];
  const version = spawnSync('npm', ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  if (version && Number(version.split('.')[0]) < MIN_NPM_VERSION) {
    return [
      `npm ${version} is too old`,
      `install npm ${MIN_NPM_VERSION} or later, for example with npm install --global npm`,
    ];
  }
  const reason = npm.error ? npm.error.message : `exited with ${npm.status ?? npm.signal}`;
  return [
    `npm ci failed: ${reason}`,
    ADVICE.find(([pattern]) => pattern.test(npm.stderr ?? ''))?.[1] ?? NETWORK,
  ];
}
