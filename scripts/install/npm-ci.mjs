import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Advice for errors of npm, by their codes. */
const ADVICE = [
  [/\bENOSPC\b|\bEDQUOT\b/, 'The disk is full: make room, then start again.'],
  [
    /\bEACCES\b|\bEPERM\b|\bEROFS\b/,
    'npm may not write there: change the owner of the folder that it names.',
  ],
  [
    /\bENOTCACHED\b/,
    'npm is set to work offline: run npm config delete offline, or install once with a network.',
  ],
  [
    /\bE401\b|\bE403\b/,
    'The registry asks for a sign-in: run npm login, or name another by npm config set registry URL.',
  ],
  [
    /\bE404\b|\bETARGET\b/,
    'The registry does not have that package: name another by npm config set registry URL.',
  ],
  [
    /\bEINTEGRITY\b/,
    'A package is not the one that package-lock.json names: run npm cache clean --force, then start again.',
  ],
  [
    /\bEUSAGE\b/,
    'package.json and package-lock.json do not agree: undo the change of one of them, or run npm install.',
  ],
  [
    /CERT|SIGNATURE/,
    'The registry shows a certificate that Node does not know: name its CA by NODE_EXTRA_CA_CERTS.',
  ],
];
const NETWORK =
  'It needs the npm registry this once: check the network, or name another by npm config set registry URL.';
/** The first npm that reads the format of package-lock.json. */
const OLDEST_NPM = 7;

/**
 * Runs `npm ci`. What node_modules held before comes back when that fails: npm empties the folder before it knows
 * whether it reaches the registry.
 *
 * @throws Error that says what went wrong, and what to do about it
 */
export function npmCi(root) {
  const folder = join(root, 'node_modules');
  const before = join(root, '.weft/node_modules-before');
  setAside(folder, before);
  const npm = spawnSync(
    'npm',
    // A setting of npm, or NODE_ENV=production, may leave some out.
    ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
    // Its output is progress: standard output belongs to the verb.
    { cwd: root, stdio: ['ignore', 2, 'pipe'], encoding: 'utf8', maxBuffer: 64 * 2 ** 20 },
  );
  process.stderr.write(npm.stderr ?? '');
  if (npm.status === 0) {
    rmSync(before, { recursive: true, force: true });
    return;
  }
  const isBack = existsSync(before);
  if (isBack) {
    rmSync(folder, { recursive: true, force: true });
    renameSync(before, folder);
  }
  throw new Error([...reasons(npm), ...(isBack ? ['node_modules is as it was before.'] : [])].join('\n'));
}

function setAside(folder, before) {
  // Left by a run that was killed while npm worked: node_modules is what that npm left.
  if (existsSync(before)) return rmSync(folder, { recursive: true, force: true });
  if (!existsSync(folder)) return undefined;
  try {
    mkdirSync(join(before, '..'), { recursive: true });
    renameSync(folder, before);
  } catch (error) {
    // On a file system of its own it cannot be moved.
    if (!['EXDEV', 'EBUSY'].includes(error.code)) throw error;
  }
}

function reasons(npm) {
  if (npm.error?.code === 'ENOENT') return ['npm is not found on the PATH', 'Install Node with its npm.'];
  const version = spawnSync('npm', ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  if (version && Number(version.split('.')[0]) < OLDEST_NPM) {
    return [
      `npm ${version} is too old`,
      `Install npm ${OLDEST_NPM} or later, as by npm install --global npm.`,
    ];
  }
  const reason = npm.error ? npm.error.message : `it ended with ${npm.status ?? npm.signal}`;
  return [
    `npm ci failed: ${reason}`,
    ADVICE.find(([pattern]) => pattern.test(npm.stderr ?? ''))?.[1] ?? NETWORK,
  ];
}
