import { parseBrokerOverride } from '../charts/broker-override.ts';
import { parseObservability } from '../charts/observability-override.ts';
import { bringUp } from './operate/cluster/bring-up.ts';
import { formatClusterSummary } from './operate/cluster/cluster-summary.ts';
import { CLUSTER } from './operate/cluster/kubectl.ts';
import { parseWholeNumber } from './process/option-values.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';

const HELP = `npm run kind:up -- [options]

Runs the shop in its own cluster on this machine: creates the cluster '${CLUSTER}' with kind, installs Istio, builds and
loads the images, applies the manifests, and places an order through the ingress gateway. A repeated run applies
differences only, and deletes objects that are no longer in the graph. Needs docker, kind, kubectl and istioctl.

  --port PORT        port of 127.0.0.1 for the ingress gateway of a new cluster; 0 selects a free port; default: 8080
  --broker BROKER    broker of events: postgres, kafka or rabbitmq; default: the current one, or postgres
  --observability    also run the observability stack in namespace monitoring: OpenTelemetry Collector, Jaeger,
                     Prometheus, Alertmanager, Loki, Grafana and Kiali; default: as in the current release, or without it
  --no-observability remove the observability stack; its volumes are kept
  --without PART     leave out a part of the stack, such as grafana or loki; can be repeated. Grafana is also left out
                     if its image cannot be pulled
  --timeout SECONDS  timeout for the rollout of the services; default: 300
  --json             print one line of JSON; progress goes to standard error
  --help             print this help

WEFT_ADMIN_PASSWORD and WEFT_CUSTOMER_PASSWORD set the passwords of the seed accounts of a new shop.
`;

const values = parseOptions(HELP, {
  port: { type: 'string', default: '8080' },
  broker: { type: 'string' },
  observability: { type: 'boolean', default: false },
  'no-observability': { type: 'boolean', default: false },
  without: { type: 'string', multiple: true, default: [] },
  timeout: { type: 'string', default: '300' },
  json: { type: 'boolean', default: false },
});
const { signal } = listenForStopSignals();

await runVerb(main, { signal, stopMessage: () => 'stopped; to continue, run npm run kind:up' });

async function main(): Promise<void> {
  const shop = await bringUp({
    port: parseWholeNumber('port', values.port, 0, 65_535),
    rolloutTimeoutMs: parseWholeNumber('timeout', values.timeout, 1, 3_600) * 1_000,
    broker: parseBrokerOverride(values.broker, undefined)?.broker,
    observability: values['no-observability']
      ? 'none'
      : parseObservability(values.observability, values.without),
    signal,
    note: (text) =>
      process.stderr.write(`${(performance.now() / 1_000).toFixed(0).padStart(4)} s  ${text}\n`),
  });
  const { applied, ...summary } = shop;
  const { created, changed, removed, unchanged } = applied;
  const counts = { created, changed, removed, unchanged: unchanged.length };
  process.stdout.write(
    values.json ? `${JSON.stringify({ ...summary, ...counts })}\n` : await formatClusterSummary(shop),
  );
}
