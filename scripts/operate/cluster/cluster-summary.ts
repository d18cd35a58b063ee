import { MONITORING_NAMESPACE } from '../../../charts/observability/names.ts';
import type { ObservabilityOptions } from '../../../charts/observability-override.ts';
import { formatMoney } from '../local/first-order.ts';
import { SEED_ACCOUNTS } from '../local/seed-accounts.ts';
import type { BringUpResult } from './bring-up.ts';
import { CLUSTER, NAMESPACE } from './kubectl.ts';
import { readSecret } from './make-secrets.ts';
import type { Memory } from './memory.ts';

/**
 * Returns the startup summary of the shop in the cluster: an order, figures, addresses, accounts, and commands to try.
 */
export async function formatClusterSummary(shop: BringUpResult): Promise<string> {
  const { address, order, secondsFromImages, memory, observability, images, applied } = shop;
  const isNew = applied.createdSecrets.some(({ secret }) => secret === 'seed');
  return [
    '',
    `order ${order.id} ${order.status}: ${formatMoney(order.total)}, through the ingress gateway, ${secondsFromImages.toFixed(1)} s after the images were built`,
    `${memory.pods} pods request ${memory.requestedMiB} MiB and use ${memory.actualMiB} MiB`,
    ...(observability ? [formatObservabilityMemory(observability.memory)] : []),
    ...images.map(
      ({ reference, ownBytes }) => `${reference}: ${(ownBytes / 1e6).toFixed(1)} MB added to its base image`,
    ),
    '',
    `  shop       ${address}`,
    `  API pages  ${address}/docs`,
    ...(isNew ? await accounts() : []),
    '',
    'To inspect or change the shop:',
    '',
    '  npm run kind:status',
    '  npm run shift -- product v2=10',
    `  kubectl --context kind-${CLUSTER} --namespace ${NAMESPACE} get pods`,
    ...(observability ? ['', ...observabilityCommands(observability), ''] : []),
    '  npm run kind:down',
    '',
    '',
  ].join('\n');
}

/** Returns one line about the memory of the observability stack. */
export function formatObservabilityMemory({ pods, requestedMiB, actualMiB }: Memory): string {
  return `${pods} pods of the observability stack request ${requestedMiB} MiB and use ${actualMiB} MiB`;
}

/** Ports of the parts that have pages. */
const PAGES = {
  kiali: 20_001,
  jaeger: 16_686,
  prometheus: 9_090,
  alertmanager: 9_093,
  grafana: 3_000,
} as const;

/** Returns the commands that open the pages of the stack on this machine. */
function observabilityCommands({ without }: ObservabilityOptions): readonly string[] {
  return Object.entries(PAGES)
    .filter(([part]) => !without.some((other) => other === part))
    .map(
      ([part, port]) =>
        `  kubectl --context kind-${CLUSTER} --namespace ${MONITORING_NAMESPACE} port-forward service/${part} ${port}`,
    );
}

async function accounts(): Promise<readonly string[]> {
  const rows = await Promise.all(
    Object.entries(SEED_ACCOUNTS).map(
      async ([email, key]) => `  ${email.padEnd(26)}${await readSecret({ secret: 'seed', key })}`,
    ),
  );
  return ['', 'Accounts. These passwords are displayed only once:', '', ...rows];
}
