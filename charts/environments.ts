import type { Environment } from '../mesh/graph/environment.ts';

/** What the shop says of an environment beyond what every platform does. */
export interface ShopEnvironment extends Environment {
  /** Names under which the shop is asked for from outside. */
  readonly hosts: readonly string[];
  /** Storage of the Postgres server in the cluster, in GiB. */
  readonly storageGiB: number;
}

/** Processes on loopback, without a cluster: the calling process enforces its calls. */
const local: ShopEnvironment = {
  name: 'local',
  layer: 'app',
  istio: false,
  broker: 'postgres',
  imagePrefix: 'weft/',
  imageTag: 'dev',
  drain: '0s',
  tracePercent: 100,
  size: { replicas: 1, maxReplicas: 1, cpuMillis: 50, memoryMiB: 192 },
  hosts: ['localhost'],
  storageGiB: 1,
};

/** A small cluster on one machine, with Istio: the mesh enforces. */
const kind: ShopEnvironment = {
  ...local,
  name: 'kind',
  layer: 'mesh',
  istio: true,
  drain: '5s',
  sizes: {
    gateway: { replicas: 2, maxReplicas: 2 },
    product: { replicas: 2, maxReplicas: 3 },
  },
  hosts: ['*'],
};

/** A cluster of several zones. Postgres is a managed one; docs/operations.md says what else it needs. */
const production: ShopEnvironment = {
  name: 'production',
  layer: 'mesh',
  istio: true,
  broker: 'postgres',
  imagePrefix: 'registry.example.com/weft/',
  imageTag: '0.1.0',
  postgres: 'postgres.example.com:5432',
  postgresNetwork: '10.20.0.0/24',
  drain: '10s',
  tracePercent: 1,
  size: { replicas: 3, maxReplicas: 6, cpuMillis: 250, memoryMiB: 384 },
  sizes: { gateway: { maxReplicas: 12, cpuMillis: 500 }, product: { maxReplicas: 12 } },
  hosts: ['shop.example.com'],
  storageGiB: 0,
};

export const ENVIRONMENTS: Readonly<Record<string, ShopEnvironment>> = { local, kind, production };

/** @throws Error when there is no environment of that name */
export function environmentNamed(name: string): ShopEnvironment {
  const found = Object.hasOwn(ENVIRONMENTS, name) ? ENVIRONMENTS[name] : undefined;
  if (found) return found;
  throw new Error(`environment '${name}' is not known: use one of ${Object.keys(ENVIRONMENTS).join(', ')}`);
}
