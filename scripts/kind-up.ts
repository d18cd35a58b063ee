import { App } from 'cdk8s';
import { environmentNamed } from '../charts/environments.ts';
import { Shop } from '../charts/shop.ts';
import { type AppliedShop, applyShop } from './cluster/apply-shop.ts';
import { createCluster } from './cluster/create-cluster.ts';
import { installIstio } from './cluster/install-istio.ts';
import { CLUSTER, NAMESPACE } from './cluster/kubectl.ts';
import { loadImages } from './cluster/load-images.ts';
import { readSecret } from './cluster/make-secrets.ts';
import { type Memory, shopMemory } from './cluster/memory.ts';
import { imagesOf, readObjects } from './cluster/objects.ts';
import { openShop } from './cluster/open-shop.ts';
import { waitForRollout } from './cluster/rollout.ts';
import { synthesizeKind } from './cluster/synthesize.ts';
import { checkTools } from './cluster/tools.ts';
import { buildImages } from './images/build-images.ts';
import { SEED_ACCOUNTS } from './local/account.ts';
import { money } from './local/first-order.ts';
import { parseOptions } from './process/parse-options.ts';
import { stopSignals } from './process/stop-signals.ts';

const HELP = `npm run kind:up -- [options]

Runs the shop in a cluster of its own on this machine: makes the cluster '${CLUSTER}' with kind, installs Istio, builds
and loads the images, applies the manifests, and places an order through the ingress gateway. Run again, it
changes only what differs, and removes what is no longer in the graph. Needs docker, kind, kubectl and istioctl.

  --port PORT        port of 127.0.0.1 for the ingress gateway of a new cluster; 0: a free one; default: 8080
  --timeout SECONDS  how long the services may take to come up; default: 300
  --json             one line of JSON; progress goes to standard error
  --help

WEFT_ADMIN_PASSWORD and WEFT_CUSTOMER_PASSWORD set the passwords of the first accounts, the first time.
`;

const values = parseOptions(HELP, {
  port: { type: 'string', default: '8080' },
  timeout: { type: 'string', default: '300' },
  json: { type: 'boolean', default: false },
});
const port = wholeNumber('port', values.port, 65_535);
const patienceMs = wholeNumber('timeout', values.timeout, 3_600) * 1_000;
const { signal } = stopSignals();
const options = { signal };

try {
  process.stdout.write(await up());
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(
    signal.aborted ? '\nstopped; npm run kind:up goes on from here\n' : `\nerror: ${reason}\n`,
  );
  process.exitCode = signal.aborted ? 130 : 1;
}

async function up(): Promise<string> {
  await checkTools();
  note(`cluster ${CLUSTER}`);
  const { address, created } = await createCluster(port, options);
  note(
    created
      ? `made; its ingress gateway will answer at ${address}`
      : `is there; its ingress gateway answers at ${address}`,
  );
  note('Istio');
  note((await installIstio(address, options)) ? 'installed' : 'is there');

  const services = new Shop(new App(), environmentNamed('kind')).services.map(({ name }) => name);
  const images = await buildImages(services, { signal, onProgress: note });
  const built = performance.now();
  const tags = Object.fromEntries(
    images.map(({ service, reference }) => [service, reference.split(':')[1] ?? '']),
  );
  const shop = await synthesizeKind(tags, signal);
  await loadImages(imagesOf(await readObjects(shop.outdir)), note, options);

  note('manifests');
  const applied = await applyShop(shop, tags, options);
  for (const line of changes(applied)) note(line);
  await waitForRollout('statefulsets,deployments', { ...options, patienceMs, onProgress: tellProgress });

  const order = await openShop(address, signal);
  const seconds = (performance.now() - built) / 1_000;
  const memory = await shopMemory(options);
  const isNew = applied.made.some(({ secret }) => secret === 'seed');
  if (values.json) {
    const { created, changed, removed, unchanged } = applied;
    const counts = { created, changed, removed, unchanged: unchanged.length };
    return `${JSON.stringify({ address, order, secondsFromImages: seconds, memory, images, ...counts })}\n`;
  }
  return [
    '',
    `order ${order.id} ${order.status}: ${money(order.total)}, through the ingress gateway, ${seconds.toFixed(1)} s after the images were built`,
    memoryLine(memory),
    ...images.map(
      ({ reference, ownBytes }) => `${reference}: ${(ownBytes / 1e6).toFixed(1)} MB above its base image`,
    ),
    '',
    `  shop       ${address}`,
    `  API pages  ${address}/docs`,
    ...(isNew ? await accounts() : []),
    '',
    'To look at it, or change it:',
    '',
    '  npm run kind:status',
    '  npm run shift -- product v2=10',
    `  kubectl --context kind-${CLUSTER} --namespace ${NAMESPACE} get pods`,
    '  npm run kind:down',
    '',
    '',
  ].join('\n');
}

function changes({ created, changed, removed, unchanged }: AppliedShop): readonly string[] {
  if (created.length + changed.length + removed.length === 0)
    return [`nothing changed: ${unchanged.length} objects are as they should be`];
  const list = (what: string, names: readonly string[]) =>
    names.length === 0
      ? []
      : [`${what} ${names.length}: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ', ...' : ''}`];
  return [
    ...list('created', created),
    ...list('changed', changed),
    ...list('removed', removed),
    `unchanged ${unchanged.length}`,
  ];
}

async function accounts(): Promise<readonly string[]> {
  const rows = await Promise.all(
    Object.entries(SEED_ACCOUNTS).map(async ([email, key]) => {
      const password = await readSecret({ secret: 'seed', key }, options);
      return `  ${email.padEnd(26)}${password}`;
    }),
  );
  return ['', 'Accounts; their passwords are shown this once:', '', ...rows];
}

function memoryLine({ pods, requestedMiB, actualMiB }: Memory): string {
  return `${pods} pods ask for ${requestedMiB} MiB and use ${actualMiB} MiB`;
}

function tellProgress(
  progress: Parameters<NonNullable<Parameters<typeof waitForRollout>[1]['onProgress']>>[0],
): void {
  const behind = progress.filter(({ done }) => !done);
  if (behind.length > 0)
    note(`waiting for ${behind.map(({ name, ready, wanted }) => `${name} ${ready}/${wanted}`).join(', ')}`);
}

function note(text: string): void {
  process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`);
}

function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= most) return number;
  process.stderr.write(`error: --${option} '${text}' must be a whole number from 0 to ${most}\n`);
  process.exit(2);
}
