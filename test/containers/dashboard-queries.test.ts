import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { stringify } from 'yaml';
import { loadEnvironment } from '../../charts/environments.ts';
import { PART_IMAGES } from '../../charts/observability/names.ts';
import { Shop } from '../../charts/shop.ts';
import { dashboards } from '../../mesh/compile/dashboards/dashboards.ts';
import { keyedPanels } from '../../mesh/compile/dashboards/panel.ts';
import { ruleFiles } from '../../mesh/compile/rules/rule-files.ts';
import { findFreePort } from '../../scripts/operate/cluster/find-free-port.ts';
import { readPanelData } from '../../scripts/operate/dashboards/panel-data.ts';
import { PrometheusApi } from '../../scripts/operate/dashboards/prometheus-api.ts';
import { pullImage } from '../../scripts/operate/images/pull-image.ts';
import { runProgram } from '../../scripts/process/run-program.ts';
import { until } from '../until.ts';
import { ShopMetrics } from './shop-metrics.ts';

const IMAGE = PART_IMAGES.prometheus;

const platform = new Shop(new App(), loadEnvironment('kind'));
const panels = dashboards(platform).flatMap((dashboard) =>
  keyedPanels(dashboard).map(([key, panel]) => [`${dashboard.id} ${key} ${panel.title}`, panel] as const),
);
const metrics = new ShopMetrics(platform);
let prometheus: PrometheusApi;
let container = '';
let folder = '';

beforeAll(async () => {
  await metrics.start();
  await pullImage(IMAGE);
  folder = await mkdtemp(join(tmpdir(), 'weft-prometheus-'));
  const files = {
    ...ruleFiles(platform),
    'prometheus.yml': stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: ['/config/*.yaml'],
      scrape_configs: metrics.scrapeConfigs(),
    }),
  };
  for (const [name, text] of Object.entries(files))
    await writeFile(join(folder, name), text, { mode: 0o644 });
  await runProgram('chmod', ['755', folder]);
  const port = await findFreePort(0);
  container = (
    await runProgram('docker', [
      ...['run', '--detach', '--network', 'host', '--volume', `${folder}:/config:ro`, IMAGE],
      ...['--config.file=/config/prometheus.yml', `--web.listen-address=127.0.0.1:${port}`],
      '--storage.tsdb.path=/prometheus',
    ])
  ).trim();
  prometheus = new PrometheusApi(`http://127.0.0.1:${port}`);
  // Alerts and budgets are the result of rules over rules over rates.
  await until('Prometheus records all objectives and fires alerts', async () => {
    const count = async (query: string) => {
      const [result] = await prometheus.query(`count(${query})`, Date.now() / 1_000).catch(() => []);
      return [...(result?.values.values() ?? [])][0] ?? 0;
    };
    const budgets = await count('slo:error_budget_remaining:ratio and slo:burn_rate:ratio_rate1h');
    return (
      budgets === platform.services.length * 2 &&
      (await count('ALERTS{alertstate="firing",slo="availability"}')) > 5
    );
  });
}, 300_000);

afterAll(async () => {
  metrics.stop();
  if (container) await runProgram('docker', ['rm', '--force', container]);
  await rm(folder, { recursive: true, force: true });
});

test.each(panels)('Prometheus answers %s', async (_, panel) => {
  const minSeries = panel.kind === 'heatmap' ? 14 : 1;
  let last: unknown;
  // A panel may read rules and rates that Prometheus records later than the objectives.
  const series = await until(
    `the panel has at least ${minSeries} series`,
    async () => {
      const end = Math.floor(Date.now() / 1_000);
      const data = await readPanelData(panel, { start: end - 60, end, step: 2 }, prometheus);
      expect(data.errors).toEqual([]);
      last = data.series.map(({ name }) => name);
      return data.series.length >= minSeries && data.series;
    },
    { timeoutMs: 45_000, intervalMs: 1_000, lastState: () => last },
  );
  for (const { name } of series) expect(name).not.toBe('(no label)');
});
