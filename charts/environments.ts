import type { Environment } from '../mesh/graph/environment.ts';
import {
  KUBE_DNS,
  type MonitoringPeer,
  NODE_LOCAL_DNS,
  type TelemetryPeer,
} from '../mesh/graph/external-peers.ts';
import type { CallPolicy } from '../mesh/policy/call-policy.ts';
import { readVersions } from './versions.ts';

/** What the shop says of an environment beyond what every platform does. */
export interface ShopEnvironment extends Environment {
  /** Names under which the shop is asked for from outside. */
  readonly hosts: readonly string[];
  /** Storage of each server of data in the cluster, in GiB. */
  readonly storageGiB: number;
}

/** Processes on loopback, without a cluster: the calling process enforces its calls. */
const local: ShopEnvironment = {
  name: 'local',
  layer: 'app',
  hasIstio: false,
  isCluster: false,
  broker: 'postgres',
  imagePrefix: 'weft/',
  imageTag: 'dev',
  drainDuration: '0s',
  traceSamplingPercent: 100,
  size: { minReplicas: 1, maxReplicas: 1, cpuMillis: 50, memoryMiB: 192 },
  hosts: ['localhost'],
  storageGiB: 1,
};

/** What is asked for in a cluster beyond the graph's policy. */
const PROTECTION: Partial<CallPolicy> = {
  outlierDetection: {
    consecutiveErrors: 5,
    interval: '5s',
    baseEjectionTime: '15s',
    maxEjectionPercent: 50,
  },
  limits: { connections: 256, pendingRequests: 1_024, requests: 1_024, concurrentRetries: 64 },
};
/** Products are looked at most: to the pod that is least busy. */
const BALANCED_PROTECTION: Partial<CallPolicy> = { ...PROTECTION, balance: { kind: 'least-request' } };

const POLICY_OVERRIDES: Readonly<Record<string, Partial<CallPolicy>>> = {
  'gateway/product': BALANCED_PROTECTION,
  'gateway/product-changes': BALANCED_PROTECTION,
  'gateway/product-streams': BALANCED_PROTECTION,
  'order/product': PROTECTION,
  'order/payment': PROTECTION,
};

/** Labels as the community's Helm charts set them. */
const PROMETHEUS: MonitoringPeer = {
  namespace: 'monitoring',
  labels: { 'app.kubernetes.io/name': 'prometheus' },
  serviceAccount: 'prometheus',
};
const COLLECTOR: TelemetryPeer = {
  namespace: 'monitoring',
  labels: { 'app.kubernetes.io/name': 'opentelemetry-collector' },
  service: 'opentelemetry-collector',
};

/** A small cluster on one machine, with Istio: the mesh enforces. */
const kind: ShopEnvironment = {
  ...local,
  name: 'kind',
  layer: 'mesh',
  hasIstio: true,
  isCluster: true,
  // For who chooses one of them.
  kafka: 'in-cluster',
  rabbitmq: 'in-cluster',
  drainDuration: '5s',
  // Two of each, so that one of them may be killed.
  size: { minReplicas: 2, maxReplicas: 2, cpuMillis: 25, memoryMiB: 192 },
  sizeOverrides: { product: { maxReplicas: 3 } },
  scaleDownStabilization: '30s',
  monitoring: PROMETHEUS,
  telemetry: [COLLECTOR],
  policyOverrides: POLICY_OVERRIDES,
  hosts: ['*'],
};

/** A cluster of several zones. Postgres is a managed one; docs/operations.md says what else it needs. */
const production: ShopEnvironment = {
  name: 'production',
  layer: 'mesh',
  hasIstio: true,
  broker: 'postgres',
  imagePrefix: 'registry.example.com/weft/',
  imageTag: '0.1.0',
  postgres: {
    address: 'postgres.example.com:5432',
    networkCidr: '10.20.0.0/24',
    tls: { mode: 'verify-full', ca: { secret: 'postgres-ca', key: 'ca.crt' } },
  },
  drainDuration: '10s',
  traceSamplingPercent: 1,
  monitoring: PROMETHEUS,
  telemetry: [COLLECTOR],
  dns: [KUBE_DNS, NODE_LOCAL_DNS],
  size: { minReplicas: 3, maxReplicas: 6, cpuMillis: 250, memoryMiB: 384 },
  sizeOverrides: { gateway: { maxReplicas: 12, cpuMillis: 500 }, product: { maxReplicas: 12 } },
  policyOverrides: POLICY_OVERRIDES,
  hosts: ['shop.example.com'],
  storageGiB: 0,
};

export const ENVIRONMENTS: Readonly<Record<string, ShopEnvironment>> = { local, kind, production };

/**
 * An environment, with the versions that run in it.
 * @throws Error when there is no environment of that name, or charts/versions.json is wrong
 */
export function loadEnvironment(name: string): ShopEnvironment {
  const found = Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined;
  if (found) return { ...found, versions: readVersions(name) };
  throw new Error(`environment '${name}' is not known: use one of ${Object.keys(ENVIRONMENTS).join(', ')}`);
}
