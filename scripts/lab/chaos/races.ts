import type { z } from 'zod';
import { createCustomer, fetchJson, SESSION } from '../../operate/load/create-customer.ts';
import type { Stores } from '../testbed/stores.ts';
import type { ChaosTestbed } from './chaos-testbed.ts';
import { retryUntilFinal } from './retry-until-final.ts';
import { CREATED_PRODUCT } from './stocked-shop.ts';
import { waitUntilSettled } from './wait-until-settled.ts';

/** Customers who order the same unit at the same time. */
const BUYERS = 64;

export interface RacesOptions {
  readonly races: number;
  /** Seconds without progress after which the wait for open orders ends. */
  readonly settleTimeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** Result of a number of races for a last unit. */
export interface RacesReport {
  readonly races: number;
  readonly buyers: number;
  /** Races whose unit was sold to exactly one buyer. */
  readonly soldOnce: number;
  /** Violations, one line each. */
  readonly violations: readonly string[];
}

/** Outcome of a race according to the answers to its buyers. */
export interface Race {
  readonly productId: string;
  /** Ids of the orders answered with 201. */
  readonly orderIds: readonly string[];
  /** Answers other than 201 and out-of-stock. */
  readonly unexpectedAnswers: readonly string[];
}

/** Outcome of a race according to the stores. */
export interface LedgerRace {
  readonly stock: number;
  /** Ids of the confirmed orders of the product. */
  readonly orderIds: readonly string[];
}

/** Runs races in which all buyers order a product with a stock of one at once, then checks the stores. */
export async function runRaces(testbed: ChaosTestbed, options: RacesOptions): Promise<RacesReport> {
  const { races, settleTimeoutSeconds, signal, note } = options;
  const tokens: string[] = [];
  while (tokens.length < BUYERS) tokens.push(await createCustomer(testbed.ingressUrl, signal));
  const admin = await post(SESSION, testbed, '/v1/sessions', testbed.admin, signal);
  note(`${BUYERS} buyers order the last unit concurrently, ${races.toLocaleString('en')} times`);
  const results: Race[] = [];
  while (results.length < races) {
    const price = { amount: 1_250, currency: 'EUR' };
    const product = { name: `Last ${results.length}`, description: '', price, stock: 1 };
    const { id } = await post(CREATED_PRODUCT, testbed, '/v1/products', product, signal, admin.accessToken);
    results.push(await race(testbed, id, tokens, signal));
    if (results.length % 100 === 0) note(`${results.length.toLocaleString('en')} races finished`);
  }
  const stores = await testbed.openStores();
  try {
    const { pending } = await waitUntilSettled(stores, settleTimeoutSeconds, signal);
    const open = pending.orders > 0 ? [`${pending.orders} orders are still open`] : [];
    const ledger = await readRaces(stores);
    const problems = results.map((result) => findRaceProblem(result, ledger.get(result.productId)));
    const violations = [...problems.filter((problem) => problem !== undefined), ...open];
    const soldOnce = problems.filter((problem) => problem === undefined).length;
    return { races, buyers: BUYERS, soldOnce, violations };
  } finally {
    await stores.close();
  }
}

async function race(
  testbed: ChaosTestbed,
  productId: string,
  tokens: readonly string[],
  signal: AbortSignal,
): Promise<Race> {
  const buy = (token: string) =>
    retryUntilFinal(
      {
        url: `${testbed.ingressUrl}/v1/orders`,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': productId,
        },
        body: JSON.stringify({ items: [{ productId, quantity: 1 }], payment: { token: 'tok_ok' } }),
      },
      signal,
      () => {},
    );
  const answers = await Promise.all(tokens.map(buy));
  return {
    productId,
    orderIds: answers.flatMap(({ order }) => (order ? [order.id] : [])),
    unexpectedAnswers: answers.flatMap(({ status, code }) =>
      status === 201 || code === 'out-of-stock' ? [] : [`${status} ${code ?? ''}`],
    ),
  };
}

/** Describes the problem of a race; undefined if its unit was sold once, to the buyer who was answered 201. */
export function findRaceProblem(
  { productId, orderIds, unexpectedAnswers }: Race,
  ledger: LedgerRace | undefined,
): string | undefined {
  if (unexpectedAnswers.length > 0)
    return `product ${productId}: unexpected responses ${unexpectedAnswers.join(', ')}`;
  if (orderIds.length !== 1) return `product ${productId}: ${orderIds.length} buyers received 201`;
  if (!ledger) return `product ${productId}: does not exist`;
  if (ledger.stock !== 0) return `product ${productId}: its stock is ${ledger.stock}`;
  const confirmed = ledger.orderIds.join(', ') || 'no order';
  return confirmed === orderIds[0]
    ? undefined
    : `product ${productId}: sold to ${confirmed}, but 201 was returned for ${orderIds[0]}`;
}

async function readRaces(stores: Stores): Promise<ReadonlyMap<string, LedgerRace>> {
  const stock = await stores.query<{ id: string; stock: number }>('product', 'SELECT id, stock FROM product');
  const sales = await stores.query<{ product: string; ids: readonly string[] }>(
    'order',
    `SELECT product_id AS product, array_agg(orders.id) AS ids FROM order_line JOIN orders ON orders.id = order_id
     WHERE state = 'confirmed' GROUP BY product_id`,
  );
  const ids = new Map(sales.map((row) => [row.product, row.ids]));
  return new Map(stock.map((row) => [row.id, { stock: row.stock, orderIds: ids.get(row.id) ?? [] }]));
}

function post<T>(
  schema: z.ZodType<T>,
  testbed: ChaosTestbed,
  path: string,
  body: unknown,
  signal: AbortSignal,
  token = '',
): Promise<T> {
  return fetchJson(schema, testbed.ingressUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal,
  });
}

/** Formats the result for a terminal. */
export function formatRaces({ races, buyers, soldOnce, violations }: RacesReport): string {
  const summary = `${races.toLocaleString('en')} races of ${buyers} buyers for the last unit`;
  const figure = `${soldOnce.toLocaleString('en')} sold, each to one buyer`;
  return [`${summary}: ${figure}`, ...violations.map((line) => `  ${line}`)].join('\n');
}
