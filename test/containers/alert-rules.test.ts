import { beforeAll, expect, test } from '@jest/globals';
import { App } from 'cdk8s';
import { stringify } from 'yaml';
import { loadEnvironment } from '../../charts/environments.ts';
import { Shop } from '../../charts/shop.ts';
import { ruleFiles } from '../../mesh/compile/rules/rule-files.ts';
import { buildPromtool, promtool } from './promtool.ts';

const FILES = ruleFiles(new Shop(new App(), loadEnvironment('kind')));

/** A series of promtool, with a value each minute: `0+60x90` is 0, 60, 120 and so on. */
type Series = readonly [series: string, values: string];

interface Expectation {
  readonly alert: string;
  readonly service?: string;
  readonly slo?: string;
  /** Minutes since the start, with the severities that fire then. */
  readonly firing: Readonly<Record<number, readonly string[]>>;
}

beforeAll(buildPromtool, 300_000);

/** Runs the rules on series, and expects alerts. */
async function expectAlerts(series: readonly Series[], expectation: Expectation): Promise<void> {
  const { alert, service, slo, firing } = expectation;
  const names = Object.keys(FILES).filter((name) => !service || name === `service-${service}.yaml`);
  const tests = {
    rule_files: names,
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: series.map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(firing).map(([minute, severities]) => ({
          expr: `count by (severity) (ALERTS{alertname="${alert}",alertstate="firing"${service ? `,service="${service}"` : ''}${slo ? `,slo="${slo}"` : ''}})`,
          eval_time: `${minute}m`,
          exp_samples: severities.map((severity) => ({ labels: `{severity="${severity}"}`, value: 1 })),
        })),
      },
    ],
  };
  expect(await promtool({ ...FILES, 'test.yaml': stringify(tests) }, 'test', 'rules', 'test.yaml')).toContain(
    'SUCCESS',
  );
}

const call = (name: string, status: string, more = '') =>
  `${name}{namespace="shop",service="product",job="weft-services",pod="p",rpc_method="weft.product.v1.ProductService/GetProduct",rpc_status_code="${status}"${more}}`;
const COUNT = 'rpc_server_call_duration_seconds_count';

test('Prometheus accepts the rules', async () => {
  const output = await promtool(FILES, 'check', 'rules', ...Object.keys(FILES));
  expect(output).not.toContain('FAILED');
  expect(output.match(/SUCCESS/g)).toHaveLength(Object.keys(FILES).length);
});

test('an outage of ten minutes pages within two minutes, resolves after it, and leaves a ticket for hours', async () => {
  await expectAlerts(
    [
      [call(COUNT, 'OK'), '0+60x60 3600+0x10 3600+60x530'],
      [call(COUNT, 'UNAVAILABLE'), '0+0x60 0+60x10 600+0x530'],
    ],
    {
      alert: 'AvailabilityErrorBudgetBurn',
      service: 'product',
      slo: 'availability',
      firing: { 59: [], 63: ['page', 'ticket'], 110: ['ticket'], 560: [] },
    },
  );
});

test('errors within the objective, and a service without errors or requests, fire no alert', async () => {
  // 99.95 % allow 5 of 10,000 requests to fail.
  await expectAlerts(
    [
      [call(COUNT, 'OK'), '0+9996x240'],
      [call(COUNT, 'INTERNAL'), '0+4x240'],
      [call(COUNT, 'OK').replaceAll('product', 'user'), '0+0x240'],
    ],
    { alert: 'AvailabilityErrorBudgetBurn', firing: { 30: [], 120: [], 240: [] } },
  );
});

test('client errors do not count against the objective', async () => {
  await expectAlerts([[call(COUNT, 'NOT_FOUND'), '0+60x60']], {
    alert: 'AvailabilityErrorBudgetBurn',
    firing: { 60: [] },
  });
});

test.each(['OK', 'INTERNAL'])('slow responses with status %s page for latency', async (status) => {
  await expectAlerts(
    [
      [call(COUNT, status), '0+60x30'],
      [call('rpc_server_call_duration_seconds_bucket', status, ',le="0.25"'), '0+30x30'],
    ],
    {
      alert: 'LatencyErrorBudgetBurn',
      service: 'product',
      slo: 'latency',
      firing: { 20: ['page', 'ticket'] },
    },
  );
});

test('a slow stream does not page for latency', async () => {
  const stream = (name: string, more = '') => call(name, 'OK', more).replace('GetProduct', 'WatchStock');
  await expectAlerts(
    [
      [stream(COUNT), '0+60x30'],
      [stream('rpc_server_call_duration_seconds_bucket', ',le="0.25"'), '0+0x30'],
    ],
    { alert: 'LatencyErrorBudgetBurn', slo: 'latency', service: 'product', firing: { 20: [] } },
  );
});

test('a service without a reachable pod pages, whether its targets are down or missing', async () => {
  const up = (service: string) => `up{namespace="shop",service="${service}",job="weft-services",pod="p"}`;
  const all = ['user', 'product', 'payment', 'notification', 'gateway', 'web'];
  const series = all.map((service): Series => [up(service), service === 'user' ? '1x5 0x10' : '1x15']);
  await expectAlerts(series, {
    alert: 'ServiceUnreachable',
    service: 'user',
    firing: { 4: [], 9: ['page'] },
  });
  await expectAlerts(series, {
    alert: 'ServiceUnreachable',
    service: 'order',
    firing: { 1: [], 3: ['page'] },
  });
  await expectAlerts(series, { alert: 'ServiceUnreachable', service: 'gateway', firing: { 9: [] } });
});

test('a sidecar that is up does not hide a process that is down', async () => {
  await expectAlerts(
    [
      ['up{namespace="shop",service="user",job="weft-sidecars",pod="p"}', '1x10'],
      ['up{namespace="shop",service="user",job="weft-services",pod="p"}', '0x10'],
    ],
    { alert: 'ServiceUnreachable', service: 'user', firing: { 5: ['page'] } },
  );
});

test('a payment that reconciliation cannot repair opens a ticket for an hour', async () => {
  const findings = (finding: string, action: string) =>
    `weft_reconciliation_findings_total{namespace="shop",service="payment",job="weft-services",pod="p",finding="${finding}",action="${action}"}`;
  await expectAlerts(
    [
      [findings('amount-differs', 'reported'), '0x10 1x120'],
      [findings('unreported', 'recorded'), '0x10 5x120'],
    ],
    { alert: 'ReconciliationFinding', service: 'payment', firing: { 9: [], 12: ['ticket'], 100: [] } },
  );
});

test('dead letters and a stalled outbox are reported once, however many replicas report them', async () => {
  const gauge = (name: string, pod: string, more = '') =>
    `${name}{namespace="shop",service="notification",topic="orders",pod="${pod}"${more}}`;
  const letters = ['a', 'b'].map(
    (pod): Series => [gauge('weft_dead_letters', pod, ',group="g"'), '0x5 2x10'],
  );
  await expectAlerts(letters, { alert: 'DeadLetters', firing: { 4: [], 8: ['ticket'] } });
  const outbox = ['a', 'b'].map((pod): Series => [gauge('weft_outbox_oldest_seconds', pod), '0+30x15']);
  await expectAlerts(outbox, { alert: 'OutboxStalled', firing: { 2: [], 5: ['page'] } });
});
