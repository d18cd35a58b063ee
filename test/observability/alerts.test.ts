import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applyObjects } from '../../scripts/operate/cluster/apply-manifests.ts';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { withFailingPod } from '../cluster/failing-pod.ts';
import { Customer } from '../shop/customer.ts';
import { generateLoad } from '../soak/load-generator.ts';
import { until } from '../until.ts';
import { openPart, type PartClient } from './part-client.ts';

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
}

let alertmanager: PartClient;
let prometheus: PartClient;

beforeAll(async () => {
  alertmanager = await openPart('alertmanager', 9_093);
  prometheus = await openPart('prometheus', 9_090);
});

afterAll(async () => {
  await prometheus?.close();
  await alertmanager?.close();
});

/** Returns the services of the firing alerts of a name. @param severity @default all */
async function firing(name: string, severity?: string): Promise<readonly string[]> {
  const alerts = await alertmanager.get<readonly Alert[]>('/api/v2/alerts', {
    filter: `alertname="${name}"`,
    active: 'true',
  });
  return alerts
    .filter(({ labels }) => severity === undefined || labels.severity === severity)
    .map(({ labels }) => labels.service ?? '');
}

/** Denies the scrapes of one service. Requests to the service itself are not affected. */
const DENY = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'weft-deny-scrapes', namespace: NAMESPACE },
  spec: {
    selector: { matchLabels: { app: 'notification' } },
    action: 'DENY',
    rules: [{ to: [{ operation: { ports: ['9090'] } }] }],
  },
};

test('an alert of Prometheus arrives at Alertmanager', async () => {
  await until('the alert arrives', async () => (await firing('Watchdog')).length > 0);
});

test('an alert fires for a service that cannot be scraped, and resolves when it can be again', async () => {
  const remove = () =>
    kubectl([
      'delete',
      'authorizationpolicy',
      DENY.metadata.name,
      `--namespace=${NAMESPACE}`,
      '--ignore-not-found',
    ]);
  const isFiring = async () => (await firing('TargetDown')).includes('notification');
  expect(await isFiring()).toBe(false);
  await applyObjects([DENY]);
  try {
    // The alert waits for 2 minutes.
    await until('the alert fires', isFiring, { timeoutMs: 240_000, intervalMs: 2_000 });
  } finally {
    await remove();
  }
  await until('the alert is resolved', async () => !(await isFiring()), {
    timeoutMs: 120_000,
    intervalMs: 2_000,
  });
});

/** Time until the short window of the page, 5 minutes, has no failures; and some scrapes and evaluations. */
const HEAL_TIMEOUT_MS = 420_000;
/** The share of failures in the short window of the page, if it exceeds the limit of a burn rate of 14.4. */
const SHORT_WINDOW =
  'slo:errors:ratio_rate5m{namespace="shop",service="notification",slo="availability"} > 14.4 * 0.001';

// The other condition of the page has a window of 30 minutes. Resolving would take as long in a cluster with few requests.
test('a page fires for a service that fails, and its short window is healed 5 minutes later', async () => {
  const customer = await Customer.register(await readGatewayAddress());
  const isPaged = async () => (await firing('AvailabilityErrorBudgetBurn', 'page')).includes('notification');
  const isBurning = async () => {
    const { data } = await prometheus.get<{ data: { result: readonly unknown[] } }>('/api/v1/query', {
      query: SHORT_WINDOW,
    });
    return data.result.length > 0;
  };
  expect(await isBurning()).toBe(false);
  const stop = new AbortController();
  const load = generateLoad({
    concurrency: 1,
    intervalMs: 250,
    stop: stop.signal,
    send: async () => {
      // Retries hide the failures from customers, but not from the objective of the service.
      expect((await customer.get('/v1/notifications')).status).toBe(200);
    },
  });
  try {
    await withFailingPod(async () => {
      await until('the page fires', isPaged, { timeoutMs: 180_000, intervalMs: 2_000 });
    }, 'notification');
    expect(await isBurning()).toBe(true);
    await until('the short window is below the limit', async () => !(await isBurning()), {
      timeoutMs: HEAL_TIMEOUT_MS,
      intervalMs: 2_000,
    });
  } finally {
    stop.abort();
    await load;
  }
});
