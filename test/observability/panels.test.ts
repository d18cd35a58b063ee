import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { loadEnvironment } from '../../charts/environments.ts';
import { Shop } from '../../charts/shop.ts';
import { dashboards } from '../../mesh/compile/dashboards/dashboards.ts';
import { keyedPanels } from '../../mesh/compile/dashboards/panel.ts';
import { readPanelData } from '../../scripts/operate/dashboards/panel-data.ts';
import { PrometheusApi } from '../../scripts/operate/dashboards/prometheus-api.ts';
import { parseTimeRange } from '../../scripts/operate/dashboards/time-range.ts';
import { until } from '../until.ts';
import { loadShop } from './panel-load.ts';
import { openPart, type PartClient } from './part-client.ts';

/** Panels, and the reason why they may be empty while all is well. Each must still run without an error. */
const MAY_BE_EMPTY: readonly { readonly panel: RegExp; readonly reason: string }[] = [
  { panel: /Firing alerts: \{\{/, reason: 'no alert fires' },
  { panel: /Failures: \{\{(http_route|rpc_method)\}\}$/, reason: 'methods that do not fail are not shown' },
  { panel: /Decisions of the policies: /, reason: 'sidecars decide in layer mesh' },
  { panel: /Dropped telemetry: /, reason: 'no process has dropped telemetry' },
  { panel: /Values above the cardinality cap: /, reason: 'no label has too many values' },
  { panel: /Reconciliation findings: /, reason: 'payments and ledger do not differ' },
];

/** Time until every series has two scrapes in the window of a rate, on a busy machine. */
const TIMEOUT_MS = 300_000;

let part: PartClient;
let prometheus: PrometheusApi;

beforeAll(async () => {
  part = await openPart('prometheus', 9_090);
  prometheus = new PrometheusApi(part.url);
});

afterAll(() => part?.close());

/** Each query of each panel by itself, so that no query hides the empty result of another. */
const QUERIES = dashboards(new Shop(new App(), loadEnvironment('kind'))).flatMap((dashboard) =>
  keyedPanels(dashboard).flatMap(([key, panel]) =>
    panel.queries.map((query) => ({
      name: `${dashboard.id} ${key} ${panel.title}: ${query.legend}`,
      panel: { ...panel, queries: [query] as const },
    })),
  ),
);

interface Outcome {
  readonly errors: readonly string[];
  readonly empty: readonly string[];
}

/** Runs queries on the last 5 minutes. */
async function run(queries: typeof QUERIES): Promise<Outcome> {
  const end = Math.floor(Date.now() / 1_000);
  const range = parseTimeRange(
    new URLSearchParams({ start: String(end - 300), end: String(end), points: '100' }),
  );
  const errors: string[] = [];
  const empty: string[] = [];
  for (const { name, panel } of queries) {
    const data = await readPanelData(panel, range, prometheus);
    errors.push(...data.errors.map((error) => `${name}: ${error}`));
    if (data.series.length === 0) empty.push(name);
  }
  return { errors, empty };
}

test('Prometheus answers every query of every dashboard with values while the shop is used', async () => {
  const stop = new AbortController();
  const load = loadShop(stop.signal);
  try {
    const required = QUERIES.filter(({ name }) => !MAY_BE_EMPTY.some(({ panel }) => panel.test(name)));
    let pending = required;
    await until(
      'every query has values',
      async () => {
        const { errors, empty } = await run(pending);
        expect(errors).toEqual([]);
        pending = pending.filter(({ name }) => empty.includes(name));
        return pending.length === 0;
      },
      { timeoutMs: TIMEOUT_MS, intervalMs: 10_000, lastState: () => pending.map(({ name }) => name) },
    );
    const optional = QUERIES.filter((query) => !required.includes(query));
    expect((await run(optional)).errors).toEqual([]);
    process.stdout.write(`${required.length} queries have values, ${optional.length} may be empty\n`);
  } finally {
    stop.abort();
    await load;
  }
});
