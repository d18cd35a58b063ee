import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applyObjects } from '../../scripts/operate/cluster/apply-manifests.ts';
import { kubectl, NAMESPACE } from '../../scripts/operate/cluster/kubectl.ts';
import { until } from '../until.ts';
import { openPart, type PartClient } from './part-client.ts';

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
}

let alertmanager: PartClient;

beforeAll(async () => {
  alertmanager = await openPart('alertmanager', 9_093);
});

afterAll(() => alertmanager?.close());

/** Returns the services of the firing alerts of a name. */
async function firing(name: string): Promise<readonly string[]> {
  const alerts = await alertmanager.get<readonly Alert[]>('/api/v2/alerts', {
    filter: `alertname="${name}"`,
    active: 'true',
  });
  return alerts.map(({ labels }) => labels.service ?? '');
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
