import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { procStat } from '../../mesh/run/process/proc-stat.mjs';
import { install } from './install.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'node_modules/.bin');
const NODE = join(BIN, 'node');

/** Installs missing dependencies, then runs scripts/<verb>.ts with the Node.js version that they pin. */
export async function runVerb([verb, ...args]) {
  const verbs = readdirSync(join(ROOT, 'scripts'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length));
  if (!verb || !verbs.includes(verb)) {
    console.error(`error: unknown verb '${verb ?? ''}'; use one of ${verbs.join(', ')}`);
    process.exit(2);
  }
  try {
    await install(ROOT);
  } catch (error) {
    fail(error.message);
  }
  if (!existsSync(NODE)) {
    fail(
      `node_modules/.bin has no Node.js 24 for ${process.platform}-${process.arch}`,
      'use Linux x64, Linux arm64 or macOS arm64',
    );
  }
  run(NODE, [join('scripts', `${verb}.ts`), ...args]);
}

function fail(...lines) {
  console.error(`\nerror: ${lines.join('\n')}`);
  process.exit(1);
}

function run(program, programArgs) {
  const child = spawn(program, programArgs, {
    cwd: ROOT,
    // The channel disconnects when this process exits, even by SIGKILL, so that the child can stop.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      // Caches compiled code between runs, including the entry, so that the type stripper is not loaded.
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'),
      ...process.env,
      PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) whenOrphaned(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`error: cannot run ${program}: ${reason(error)}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    // SIGINT is 2 and SIGTERM is 15; other signals are reported as SIGTERM.
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}

/** Returns why an existing program does not start: its loader, the file system or the machine. */
function reason({ code, message }) {
  const reasons = {
    ENOENT: 'its loader is missing; use a Linux distribution with glibc, such as Debian, Fedora or Ubuntu',
    EACCES:
      'the file system is mounted with noexec, or the file mode was changed; move the checkout, or run npm ci',
    ENOEXEC: `it is not built for ${process.platform}-${process.arch}; remove node_modules and try again`,
  };
  return reasons[code] ?? message;
}

/** Calls `act` when npm or its shell has exited: a signal to npm ends both without reaching this process. */
function whenOrphaned(act) {
  const family = () => `${process.ppid} ${parentOf(process.ppid)}`;
  const initial = family();
  const timer = setInterval(() => {
    if (family() === initial) return;
    clearInterval(timer);
    act();
  }, 250);
  timer.unref();
}

/** Returns the parent's process id, or an empty text without /proc. */
function parentOf(pid) {
  try {
    return procStat(pid)[1] ?? '';
  } catch {
    return '';
  }
}
