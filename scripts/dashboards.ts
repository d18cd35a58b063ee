import { App } from 'cdk8s';
import { ENVIRONMENTS, loadEnvironment } from '../charts/environments.ts';
import { Shop } from '../charts/shop.ts';
import { dashboards as compileDashboards } from '../mesh/compile/dashboards/dashboards.ts';
import { serveDashboards } from './operate/dashboards/dashboard-server.ts';
import { dashboardPage } from './operate/dashboards/page/dashboard-page.ts';
import { PrometheusApi } from './operate/dashboards/prometheus-api.ts';
import { parseChoice, parseWholeNumber } from './process/option-values.ts';
import { parseOptions } from './process/parse-options.ts';
import { runVerb } from './process/run-verb.ts';
import { listenForStopSignals } from './process/stop-signals.ts';
import { UsageError } from './process/usage-error.ts';

const HELP = `npm run dashboards -- --prometheus URL [options]

Serves a page with the dashboards of the shop on the loopback interface, until Ctrl-C. The page runs the same queries as
Grafana's dashboards against a Prometheus. It can run no other query.

  --prometheus URL  of Prometheus, such as http://127.0.0.1:9090
  --port N          port of the page; default: a free one
  --env NAME        environment of the dashboards: ${Object.keys(ENVIRONMENTS).join(', ')}; default: kind
  --json            print the address and the dashboards as one line of JSON
  --help            print this help
`;

const values = parseOptions(HELP, {
  prometheus: { type: 'string' },
  port: { type: 'string', default: '0' },
  env: { type: 'string', default: 'kind' },
  json: { type: 'boolean', default: false },
});
const { signal, received } = listenForStopSignals();

await runVerb(main, { signal });

async function main(): Promise<void> {
  const url = prometheusUrl(values.prometheus);
  const port = parseWholeNumber('port', values.port, 0, 65_535);
  const environment = loadEnvironment(parseChoice('env', values.env, Object.keys(ENVIRONMENTS)));
  const dashboards = compileDashboards(new Shop(new App(), environment));
  const prometheus = new PrometheusApi(url);
  // Reports a wrong URL now, and not in each panel.
  await prometheus.query('vector(1)', Math.floor(Date.now() / 1_000), signal);
  const page = await dashboardPage({
    dashboards,
    provenance: [`environment ${environment.name}`, `Prometheus at ${url}`],
  });
  const server = await serveDashboards({ dashboards, page, prometheus, port });
  print(server.url, dashboards);
  await received;
  await server.close();
}

function print(url: string, dashboards: readonly { readonly id: string; readonly title: string }[]): void {
  if (values.json) {
    const list = dashboards.map(({ id, title }) => ({ id, title }));
    process.stdout.write(`${JSON.stringify({ url, dashboards: list })}\n`);
  } else process.stdout.write(`${dashboards.length} dashboards at ${url}, until Ctrl-C\n`);
}

function prometheusUrl(text: string | undefined): string {
  if (text === undefined)
    throw new UsageError(
      '--prometheus is missing: pass the URL of Prometheus, such as http://127.0.0.1:9090',
    );
  const { protocol } = URL.canParse(text) ? new URL(text) : { protocol: '' };
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new UsageError(`--prometheus '${text}' must be an http or https URL, such as http://127.0.0.1:9090`);
}
