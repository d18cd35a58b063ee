import type { Environment } from '../mesh/graph/environment.ts';
import { KUBE_DNS, NODE_LOCAL_DNS } from '../mesh/graph/external-peers.ts';
import type { CallPolicy } from '../mesh/policy/call-policy.ts';
import { COLLECTOR, PROMETHEUS } from './observability/names.ts';
import type { ObservabilitySettings } from './observability/settings.ts';
import { readVersions } from './versions.ts';

/** An environment with the settings that are specific to the shop. */
export interface ShopEnvironment extends Environment {
  /** Host names of the shop's HTTP API. */
  readonly hosts: readonly string[];
  /** Volume size of each database and broker in the cluster, in GiB. */
  readonly storageGiB: number;
  /** The observability stack that `--observability` adds to the manifests. @default none can be added */
  readonly observability?: ObservabilitySettings;
  /** Whether the manifests contain the observability stack. @default false */
  readonly includesObservability?: boolean;
}

/** Processes on loopback, without a cluster. Calling processes enforce the policies. */
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

/** Outlier detection and limits, in addition to the graph's policies. They need more than one endpoint. */
const PROTECTION: Partial<CallPolicy> = {
  outlierDetection: {
    consecutiveErrors: 5,
    interval: '5s',
    baseEjectionTime: '15s',
    maxEjectionPercent: 50,
  },
  limits: { connections: 256, pendingRequests: 1_024, requests: 1_024, concurrentRetries: 64 },
};
/** For the product service, which has the highest load. */
const BALANCED_PROTECTION: Partial<CallPolicy> = { ...PROTECTION, balance: { kind: 'least-request' } };

const POLICY_OVERRIDES: Readonly<Record<string, Partial<CallPolicy>>> = {
  'gateway/product': BALANCED_PROTECTION,
  'gateway/product-changes': BALANCED_PROTECTION,
  'gateway/product-streams': BALANCED_PROTECTION,
  'web/product': BALANCED_PROTECTION,
  'web/product-changes': BALANCED_PROTECTION,
  'web/product-streams': BALANCED_PROTECTION,
  'order/product': PROTECTION,
  'order/payment': PROTECTION,
};

/** A small cluster on one machine, with Istio. The mesh enforces the policies. */
const kind: ShopEnvironment = {
  ...local,
  name: 'kind',
  layer: 'mesh',
  hasIstio: true,
  isCluster: true,
  // Used only if the broker is overridden.
  kafka: 'in-cluster',
  rabbitmq: 'in-cluster',
  drainDuration: '5s',
  // Two pods of each service, so that one can be killed.
  size: { minReplicas: 2, maxReplicas: 2, cpuMillis: 25, memoryMiB: 192 },
  sizeOverrides: { product: { maxReplicas: 3 } },
  scaleDownStabilization: '30s',
  monitoring: PROMETHEUS,
  // Without the observability stack, no collector receives what processes export.
  telemetry: [{ ...COLLECTOR, receivesFromProcesses: false }],
  observability: {
    keptTracesPercent: 100,
    slowTraceMs: 500,
    traceDecisionSeconds: 5,
    maxTraces: 20_000,
    retentionDays: 2,
    storageGiB: 2,
    scrapeSeconds: 10,
  },
  policyOverrides: POLICY_OVERRIDES,
  hosts: ['*'],
};

/** A cluster in several zones with a managed Postgres. docs/operations.md lists its prerequisites. */
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
  observability: {
    keptTracesPercent: 10,
    slowTraceMs: 500,
    traceDecisionSeconds: 10,
    maxTraces: 50_000,
    retentionDays: 15,
    storageGiB: 50,
    scrapeSeconds: 15,
    sizeFactor: 4,
  },
  dns: [KUBE_DNS, NODE_LOCAL_DNS],
  size: { minReplicas: 3, maxReplicas: 6, cpuMillis: 250, memoryMiB: 384 },
  sizeOverrides: { gateway: { maxReplicas: 12, cpuMillis: 500 }, product: { maxReplicas: 12 } },
  policyOverrides: POLICY_OVERRIDES,
  hosts: ['shop.example.com'],
  storageGiB: 0,
};

export const ENVIRONMENTS: Readonly<Record<string, ShopEnvironment>> = { local, kind, production };

/**
 * Returns an environment with its versions from charts/versions.json.
 * @throws Error if the environment is unknown, or charts/versions.json is invalid
 */
export function loadEnvironment(name: string): ShopEnvironment {
  const environment = Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined;
  if (environment) return { ...environment, versions: readVersions(name) };
  throw new Error(`environment '${name}' is unknown: use one of ${Object.keys(ENVIRONMENTS).join(', ')}`);
}
