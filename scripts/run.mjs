// Plain JavaScript for the Node that the machine has, 20 or later: makes sure that the dependencies
// are installed, then hands over to scripts/<verb>.ts on the Node that they pin.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules/.bin');
/** Says which package-lock.json the installed packages come from. */
const STAMP = join(ROOT, 'node_modules/.weft-installed');

/** Names the process that installs. */
const INSTALLING = join(ROOT, '.weft/installing');

const [verb, ...args] = process.argv.slice(2);
const verbs = readdirSync(join(ROOT, 'scripts'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

if (!verb || !verbs.includes(verb)) {
  console.error(`error: no verb '${verb ?? ''}'; there are: ${verbs.join(', ')}`);
  process.exit(2);
}
await install();
run(join(BIN, 'node'), [join('scripts', `${verb}.ts`), ...args]);

async function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const isInstalled = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted;
  if (!isInstalled()) {
    const unlock = await lockInstallation();
    // Whoever held the lock may have done it.
    if (!isInstalled()) npmCi();
    writeFileSync(STAMP, wanted);
    unlock();
  }
  if (existsSync(join(BIN, 'node'))) return;
  fail(
    `no Node 24 for ${process.platform}-${process.arch} in node_modules/.bin`,
    'Use Linux x64, Linux arm64 or macOS arm64, and install without --omit=optional.',
  );
}

function npmCi() {
  console.error('Installing dependencies; this is done once for each package-lock.json ...');
  // Its output is progress: standard output belongs to the verb.
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
  });
  if (npm.status === 0) return;
  fail(
    `npm ci failed: ${npm.error ? npm.error.message : `it ended with ${npm.status ?? npm.signal}`}`,
    'It needs the npm registry this once: check the network, or name another by npm config set registry URL.',
  );
}

/** Two npm ci in one folder destroy each other's work. The lock of a process that is gone does not count. */
async function lockInstallation() {
  mkdirSync(join(ROOT, '.weft'), { recursive: true });
  for (let told = false; ; told = true) {
    try {
      writeFileSync(INSTALLING, String(process.pid), { flag: 'wx' });
      const unlock = () => rmSync(INSTALLING, { force: true });
      process.on('exit', unlock);
      return () => {
        process.off('exit', unlock);
        unlock();
      };
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`${INSTALLING} cannot be written: ${error.message}`);
    }
    const pid = Number(readIfThere(INSTALLING));
    if (pid > 0 && !isAlive(pid)) rmSync(INSTALLING, { force: true });
    else if (!told) console.error(`Process ${pid} installs the dependencies; waiting for it ...`);
    await delay(200);
  }
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
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
      // What is compiled is kept between runs, the entry too, and the type stripper need not be loaded for it.
      NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/node'),
      ...process.env,
      PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`,
    },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event) whenOrphaned(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    console.error(`error: ${program} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    // 128 + the signal's number would need a table; a child that a signal ended did not succeed.
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
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
  // Field 4 of proc_pid_stat(5); the second, in parentheses, may hold spaces.
  const status = readIfThere(`/proc/${pid}/stat`);
  return status.slice(status.lastIndexOf(')') + 2).split(' ')[1] ?? '';
}
