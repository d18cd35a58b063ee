import { parseBrokerOverride } from '../charts/broker-override.ts';
import { bringUp } from './operate/cluster/bring-up.ts';
import { clusterSummary } from './operate/cluster/cluster-summary.ts';
import { CLUSTER } from './operate/cluster/kubectl.ts';
import { wholeNumber } from './process/option-values.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { stopSignals } from './process/stop-signals.ts';

const HELP = `npm run kind:up -- [options]

Runs the shop in a cluster of its own on this machine: makes the cluster '${CLUSTER}' with kind, installs Istio, builds
and loads the images, applies the manifests, and places an order through the ingress gateway. Run again, it
changes only what differs, and removes what is no longer in the graph. Needs docker, kind, kubectl and istioctl.

  --port PORT        port of 127.0.0.1 for the ingress gateway of a new cluster; 0: a free one; default: 8080
  --broker BROKER    what carries events: postgres, kafka or rabbitmq; default: the one that runs, else postgres
  --timeout SECONDS  how long the services may take to come up; default: 300
  --json             one line of JSON; progress goes to standard error
  --help

WEFT_ADMIN_PASSWORD and WEFT_CUSTOMER_PASSWORD set the passwords of the first accounts, the first time.
`;

const values = parseOptions(HELP, {
  port: { type: 'string', default: '8080' },
  broker: { type: 'string' },
  timeout: { type: 'string', default: '300' },
  json: { type: 'boolean', default: false },
});
const { signal } = stopSignals();

await runVerb(main, { signal, stopMessage: () => 'stopped; npm run kind:up goes on from here' });

async function main(): Promise<void> {
  const shop = await bringUp({
    port: wholeNumber('port', values.port, 0, 65_535),
    rolloutTimeoutMs: wholeNumber('timeout', values.timeout, 1, 3_600) * 1_000,
    broker: parseBrokerOverride(values.broker, undefined)?.broker,
    signal,
    note: (text) =>
      process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`),
  });
  const { applied, ...open } = shop;
  const { created, changed, removed, unchanged } = applied;
  const counts = { created, changed, removed, unchanged: unchanged.length };
  process.stdout.write(
    values.json ? `${JSON.stringify({ ...open, ...counts })}\n` : await clusterSummary(shop),
  );
}
