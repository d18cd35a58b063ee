import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LocalRun, withLocalRun } from '../../../../mesh/run/local-run.ts';
import { isPostgres } from '../../../../mesh/run/postgres-process.ts';
import { createCustomer } from '../../../operate/load/create-customer.ts';
import { synthesize } from '../../../operate/local/synthesize.ts';
import { ROOT } from '../../../process/run-tool.ts';
import { openLocalStores } from '../../testbed/open-local-stores.ts';
import type { Stores } from '../../testbed/stores.ts';
import { PRODUCTS, productId, productIdSql } from './bench-store.ts';
import { type CpuByProcess, readCpuByProcess } from './cpu-by-part.ts';
import type { LoadGeneratorOptions } from './load-generator.ts';

/** Enough that each customer stays below its rate limit. */
const CUSTOMERS = 32;
const IN_FLIGHT = 48;
const SERVICES = ['gateway', 'user', 'product', 'order', 'payment', 'notification'];

/** The shop as `npm start` runs it, with customers and products whose stock does not run out. */
export interface BenchShop {
  /** Data folder of the run. */
  readonly data: string;
  readonly stores: Stores;
  readonly loadOptions: LoadGeneratorOptions;
  /** Reads the CPU times of all processes of the shop and of `others`, given as pids by name. */
  cpu(others: Readonly<Record<string, number>>): Promise<CpuByProcess>;
  /** @default the shop runs without a dashboard */
  readonly dashboard?: NonNullable<LocalRun['dashboard']>;
}

export interface BenchShopOptions {
  /** NODE_OPTIONS of every service instead of the memory limits of its manifest. @default the manifest's */
  readonly nodeOptions?: string;
  /** Further environment variables of every service. @default none */
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether to run the dashboard. @default false */
  readonly hasDashboard?: boolean;
}

/**
 * Runs the shop on loopback with empty stores, passes it to `use`, and stops it afterwards.
 * @param onLine receives each line of a service's log
 * @param onKill receives a function that kills all processes at once
 * @param options how the services run
 * @throws Error if the shop does not start or its Postgres does not write durably
 */
export async function withBenchShop<T>(
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
  onLine: (name: string, line: string) => void,
  use: (shop: BenchShop) => Promise<T>,
  { nodeOptions, variables = {}, hasDashboard = false }: BenchShopOptions = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-bench-'));
  const data = join(folder, 'data');
  const settings = { ...variables, ...(nodeOptions !== undefined && { NODE_OPTIONS: nodeOptions }) };
  const reportProblem = (name: string, text: string) => process.stderr.write(`${name}: ${text}\n`);
  try {
    return await withLocalRun(
      {
        root: ROOT,
        data,
        reset: true,
        synthesize: (to) => synthesize(ROOT, to),
        reporter: { line: onLine, note: () => {}, problem: reportProblem },
        environment: process.env,
        hasDashboard,
        enforcesMemory: nodeOptions === undefined,
        settings: Object.fromEntries(SERVICES.map((service) => [service, settings])),
        signal,
      },
      onKill,
      async (run) => {
        const stores = await openLocalStores(run);
        try {
          await requireDurability(stores);
          const loadOptions = await stockShop(run, stores, signal);
          const { dashboard } = run;
          const cpu = (others: Readonly<Record<string, number>>) => readCpu(run, others);
          return await use({ data, stores, loadOptions, cpu, ...(dashboard && { dashboard }) });
        } finally {
          await stores.close();
        }
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function requireDurability(stores: Stores): Promise<void> {
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const [row] = await stores.query<{ value: string }>(
      'order',
      `SELECT current_setting('${setting}') AS value`,
    );
    if (row?.value !== 'on')
      throw new Error(
        `Postgres runs with ${setting} = ${row?.value}, so orders are not durable; set it to on`,
      );
  }
}

async function stockShop(
  { edgeUrl: gateway }: LocalRun,
  stores: Stores,
  signal: AbortSignal,
): Promise<LoadGeneratorOptions> {
  await stores.query(
    'product',
    `INSERT INTO product (id, name, description, price_amount, price_currency, stock)
     SELECT ${productIdSql('n')}, 'Product ' || n, '', 1000 + n, 'EUR', 100000000
     FROM generate_series(1, ${PRODUCTS}) AS n`,
  );
  const tokens: string[] = [];
  while (tokens.length < CUSTOMERS) tokens.push(await createCustomer(gateway, signal));
  const productIds = Array.from({ length: PRODUCTS }, (_, index) => productId(index + 1));
  return { gateway, tokens, productIds, inFlight: IN_FLIGHT };
}

function readCpu({ pods, pidOf }: LocalRun, others: Readonly<Record<string, number>>): Promise<CpuByProcess> {
  const postgres = pods.find(isPostgres);
  const services = pods.filter((pod) => !isPostgres(pod));
  const processes = Object.fromEntries(services.map((pod) => [pod.container.name, pidOf(pod) ?? 0]));
  return readCpuByProcess({ ...processes, ...others }, (postgres && pidOf(postgres)) ?? 0);
}
