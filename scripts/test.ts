import type { Broker } from '../mesh/policy/broker.ts';
import { listKindClusters } from './operate/cluster/kind-clusters.ts';
import { CLUSTER } from './operate/cluster/kubectl.ts';
import { runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

const HELP = `npm test -- [jest options and paths]

Runs the tests that need npm only. A path selects the tests below it: npm test -- test/mesh

  --containers  run the tests that need docker instead: brokers and registries under failures
  --cluster     run the tests that need docker, kind, kubectl and istioctl instead. They use the running shop in
                cluster ${CLUSTER}. Without it, they create it with RabbitMQ as its broker, and delete it at the end
  --observability
                run the tests of the observability stack in the same cluster instead, and leave the stack in it
  --browser     run the tests that need Chromium instead: the live page by keyboard, and its accessibility
  --soak        run the long tests in the same cluster instead: canary, restarts and kills, autoscaling, chaos on
                loopback and in the cluster with Kafka and with RabbitMQ, conformance of the mesh, memory of the pods
                under load, a contrast run, silent brokers, the endpoints that the mesh chooses, and the commands of
                docs/traffic-shifting.md. They take about 45 minutes
  --help        print this help; options of jest are documented at https://jestjs.io/docs/cli
`;

const TIERS = ['containers', 'browser', 'cluster', 'observability', 'soak'] as const;
type Tier = (typeof TIERS)[number] | 'unit';
const CLUSTER_TIERS: readonly Tier[] = ['cluster', 'observability', 'soak'];

/** The broker of a cluster that a tier creates. */
const BROKER: Broker = 'rabbitmq';

const args = process.argv.slice(2);
await runVerb(async () => {
  if (args.includes('--help')) return void process.stdout.write(HELP);
  const tier = TIERS.find((name) => args.includes(`--${name}`)) ?? 'unit';
  const jestArgs = args.filter((arg) => arg !== `--${tier}`);
  return (CLUSTER_TIERS.includes(tier) ? inCluster : jest)(tier, jestArgs);
});

/** Runs a tier in the existing cluster, or in a temporary one. */
async function inCluster(tier: Tier, jestArgs: readonly string[]): Promise<number> {
  const stack = tier === 'observability' ? ['--observability'] : [];
  if ((await listKindClusters()).includes(CLUSTER))
    return (stack.length > 0 && (await verb('kind-up', ...stack))) || jest(tier, jestArgs);
  try {
    const created = await verb('kind-up', '--port', '0', '--broker', BROKER, ...stack);
    return created || (await jest(tier, jestArgs));
  } finally {
    await verb('kind-down');
  }
}

async function verb(name: string, ...verbArgs: readonly string[]): Promise<number> {
  const { code } = await runTool('node', [`scripts/${name}.ts`, ...verbArgs], { inherit: true });
  return code;
}

async function jest(tier: Tier, jestArgs: readonly string[]): Promise<number> {
  const { code } = await runTool(
    'node',
    [
      // jest runs ES modules with an experimental interface of Node.js.
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      ...jestArgs,
    ],
    { inherit: true, env: { WEFT_TEST_TIER: tier } },
  );
  return code;
}
