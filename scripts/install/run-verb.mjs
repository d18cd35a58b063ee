import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { procStat } from '../../mesh/run/process/proc-stat.mjs';
import { install } from './install.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BIN = join(ROOT, 'node_modules/.bin');
const NODE = join(BIN, 'node');

/** Makes sure that the dependencies are installed, then runs scripts/<verb>.ts on the Node that they pin. */
export async function runVerb([verb, ...args]) {
  const verbs = readdirSync(join(ROOT, 'scripts'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length));
  if (!verb || !verbs.includes(verb)) {
    console.error(`error: no verb '${verb ?? ''}'; there are: ${verbs.join(', ')}`);
    process.exit(2);
  }
  try {
    await install(ROOT);
  } catch (error) {
    fail(error.message);
  }
  if (!existsSync(NODE)) {
    fail(
      `no Node 24 for ${process.platform}-${process.arch} in node_modules/.bin`,
      'Use Linux x64, Linux arm64 or macOS arm64.',
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
    // The channel tells the child when we are gone, also by SIGKILL.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      // Keeps compiled code between runs, the entry too, so that the type stripper is not loaded for it.
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'),
      ...process.env,
      PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) whenOrphaned(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`error: ${program} cannot be run: ${reason(error)}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    // 128 + the signal's number would need a table; a child that a signal ended did not succeed.
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}

/** The program is there: what the kernel says of it is about the file system or the machine. */
function reason({ code, message }) {
  const reasons = {
    ENOENT:
      'its loader is missing: it needs a Linux with glibc, such as Debian, Fedora or Ubuntu, not Alpine',
    EACCES:
      'the file system does not allow it (noexec), or its mode was changed: move the checkout, or run npm ci',
    ENOEXEC: `it is not for ${process.platform}-${process.arch}: remove node_modules, then start again`,
  };
  return reasons[code] ?? message;
}

/** A signal to npm ends npm and its shell, and does not reach us: so we look whether both are there. */
function whenOrphaned(act) {
  const family = () => `${process.ppid} ${parentOf(process.ppid)}`;
  const first = family();
  const timer = setInterval(() => {
    if (family() === first) return;
    clearInterval(timer);
    act();
  }, 250);
  timer.unref();
}

/** The parent's number of a process; empty where there is no /proc. */
function parentOf(pid) {
  try {
    return procStat(pid)[1] ?? '';
  } catch {
    return '';
  }
}
