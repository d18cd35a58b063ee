import { runTool } from './process/run-tool.ts';

const HELP = `npm test -- [jest options and paths]

Runs every test that needs no cluster; with a path, those below it: npm test -- test/compile

  --cluster  the tests that need kubectl, istioctl and a cluster instead
  --help     this; jest's own options are at https://jestjs.io/docs/cli
`;

const args = process.argv.slice(2);
if (args.includes('--help')) {
  process.stdout.write(HELP);
} else {
  const cluster = args.includes('--cluster');
  const { code } = await runTool(
    'node',
    [
      // jest runs ES modules by an interface that Node still calls experimental.
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      ...(cluster ? ['--config', 'jest.cluster.config.mjs', '--runInBand'] : []),
      ...args.filter((arg) => arg !== '--cluster'),
    ],
    { inherit: true },
  );
  process.exitCode = code;
}
