import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MONITORING_NAMESPACE } from '../../charts/observability/names.ts';
import { listShopPods } from '../../scripts/operate/cluster/pod-report.ts';
import { until } from '../until.ts';
import { openPart, type PartClient } from './part-client.ts';

interface Target {
  readonly scrapePool: string;
  readonly health: string;
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

let prometheus: PartClient;

beforeAll(async () => {
  prometheus = await openPart('prometheus', 9_090);
});

afterAll(() => prometheus?.close());

async function targets(): Promise<readonly Target[]> {
  const { data } = await prometheus.get<{ data: { activeTargets: readonly Target[] } }>('/api/v1/targets', {
    state: 'active',
  });
  return data.activeTargets;
}

async function query(promql: string): Promise<readonly Sample[]> {
  const { data } = await prometheus.get<{ data: { result: readonly Sample[] } }>('/api/v1/query', {
    query: promql,
  });
  return data.result;
}

describe('Prometheus', () => {
  test('scrapes every process, every sidecar, Istio and every part of the stack', async () => {
    const shop = await listShopPods();
    const stack = await listShopPods({ namespace: MONITORING_NAMESPACE });
    const processes = shop.filter(({ spec }) =>
      spec.containers.some(({ image }) => image.startsWith('weft/')),
    );
    const down = await until('all targets are up', async () => {
      const all = await targets();
      const pool = (name: string) => all.filter(({ scrapePool }) => scrapePool === name).length;
      const isComplete =
        pool('weft-services') === processes.length && pool('weft-sidecars') === shop.length + stack.length;
      return isComplete && all.every(({ health }) => health === 'up') && all;
    });
    const jobs = new Set(down.map(({ scrapePool }) => scrapePool));
    expect([...jobs].sort()).toEqual([
      'istio',
      'observability',
      'prometheus',
      'weft-services',
      'weft-sidecars',
    ]);
  });

  test('labels the samples of a process with its namespace, pod, service and version', async () => {
    const [sample] = await query('process_resident_memory_bytes{service="order"}');
    expect(sample?.metric).toMatchObject({
      namespace: 'shop',
      pod: expect.stringMatching(/^order-v1-/),
      service: 'order',
      version: 'v1',
    });
  });

  test('has the request metrics of Istio', async () => {
    const samples = await until('requests are counted', async () => {
      const result = await query('sum by (source_workload, destination_workload) (istio_requests_total)');
      return result.length > 0 && result;
    });
    expect(samples.map(({ metric }) => metric.destination_workload)).toContain('gateway-v1');
  });
});
