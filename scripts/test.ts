import { kindClusters } from './cluster/kind-clusters.ts';
import { CLUSTER } from './cluster/kubectl.ts';
import { runTool } from './process/run-tool.ts';

const HELP = `npm test -- [jest options and paths]

Runs every test that needs nothing else; with a path, those below it: npm test -- test/compile

  --containers  the tests that need docker instead: brokers and registries that are killed and frozen
  --cluster     the tests that need docker, kind, kubectl and istioctl instead. They try the shop that runs in the
                cluster ${CLUSTER}; where there is none, it is brought up first and deleted at the end
  --help        this; jest's own options are at https://jestjs.io/docs/cli
`;

const args = process.argv.slice(2);
const tests = args.filter((arg) => arg !== '--cluster' && arg !== '--containers');
if (args.includes('--help')) process.stdout.write(HELP);
else if (args.includes('--cluster')) process.exitCode = await testCluster();
else if (args.includes('--containers')) process.exitCode = await jest('jest.containers.config.mjs');
else process.exitCode = await jest('jest.config.mjs');

/** A cluster that is found is left as it is: what somebody changed in it by hand is what is tried. */
async function testCluster(): Promise<number> {
  const config = 'jest.cluster.config.mjs';
  if ((await kindClusters()).includes(CLUSTER)) return jest(config);
  try {
    return (await verb('kind-up', '--port', '0')) || (await jest(config));
  } finally {
    await verb('kind-down');
  }
}

async function verb(name: string, ...args: readonly string[]): Promise<number> {
  const { code } = await runTool('node', [`scripts/${name}.ts`, ...args], { inherit: true });
  return code;
}

async function jest(config: string): Promise<number> {
  const { code } = await runTool(
    'node',
    [
      // jest runs ES modules by an interface that Node still calls experimental.
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      '--config',
      config,
      ...tests,
    ],
    { inherit: true },
  );
  return code;
}
