// Plain JavaScript for the Node that the machine has, 20 or later: makes sure that the dependencies
// are installed, then hands over to scripts/<verb>.ts on the Node that they pin.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BIN = join(ROOT, 'node_modules/.bin');
/** Says which package-lock.json the installed packages come from. */
const STAMP = join(ROOT, 'node_modules/.weft-installed');

const [verb, ...args] = process.argv.slice(2);
const verbs = readdirSync(join(ROOT, 'scripts'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length));

if (!verb || !verbs.includes(verb)) {
  console.error(`error: no verb '${verb ?? ''}'; there are: ${verbs.join(', ')}`);
  process.exit(2);
}
install();
run(join(BIN, 'node'), [join('scripts', `${verb}.ts`), ...args]);

function install() {
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const found = existsSync(STAMP) ? readFileSync(STAMP, 'utf8') : '';
  if (found !== wanted) {
    console.error('Installing dependencies; this is done once for each package-lock.json ...');
    // Its output belongs to the progress: standard output is for the verb.
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
    if (npm.status !== 0) {
      const reason = npm.error ? npm.error.message : `it ended with ${npm.status ?? npm.signal}`;
      console.error(`\nerror: npm ci failed: ${reason}`);
      console.error(
        'It needs the npm registry once; check the network, or set a registry with npm config set registry URL.',
      );
      process.exit(1);
    }
    writeFileSync(STAMP, wanted);
  }
  if (!existsSync(join(BIN, 'node'))) {
    console.error(`error: no Node 24 for ${process.platform}-${process.arch} in node_modules/.bin`);
    console.error('Use Linux x64, Linux arm64 or macOS arm64, and install without --omit=optional.');
    process.exit(1);
  }
}

function run(program, programArgs) {
  const child = spawn(program, programArgs, {
    cwd: ROOT,
    // The channel tells the child when we are gone, also by SIGKILL.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: ${program} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    // 128 + the signal's number would need a table; a child that a signal ended did not succeed.
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
  });
}
