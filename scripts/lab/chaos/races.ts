import type { z } from 'zod';
import { createCustomer, fetchJson, SESSION } from '../../operate/load/create-customer.ts';
import { askUntilFinal } from './ask-until-final.ts';
import { settleDown } from './settle-down.ts';
import type { Stage } from './stage.ts';
import { MADE } from './stocked-shop.ts';
import type { Stores } from './stores.ts';

/** Customers who want the last unit at once. */
const BUYERS = 64;

export interface RacesOptions {
  readonly races: number;
  /** Seconds for which nothing may come to its end before the orders are given up. */
  readonly patience: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** What became of races for a last unit. */
export interface RacesReport {
  readonly races: number;
  readonly buyers: number;
  /** Races whose unit was sold, to one buyer. */
  readonly sold: number;
  /** What contradicts that all were, one line each. */
  readonly wrong: readonly string[];
}

/** A race as its buyers saw it. */
export interface Race {
  readonly productId: string;
  /** Orders that were answered 201. */
  readonly orderIds: readonly string[];
  /** What else was answered than 201 and that nothing is left. */
  readonly strange: readonly string[];
}

/** A race as the books have it when all is over. */
export interface BookedRace {
  readonly stock: number;
  /** Confirmed orders with the product. */
  readonly orderIds: readonly string[];
}

/** Lets many buyers order a product of which there is one, again and again, and looks into the books then. */
export async function holdRaces(stage: Stage, options: RacesOptions): Promise<RacesReport> {
  const { races, patience, signal, note } = options;
  const tokens: string[] = [];
  while (tokens.length < BUYERS) tokens.push(await createCustomer(stage.gateway, signal));
  const admin = await post(SESSION, stage, '/v1/sessions', stage.admin, signal);
  note(`${BUYERS} buyers for the last unit, ${races.toLocaleString('en')} times`);
  const held: Race[] = [];
  while (held.length < races) {
    const price = { amount: 1_250, currency: 'EUR' };
    const last = { name: `Last ${held.length}`, description: '', price, stock: 1 };
    const { id } = await post(MADE, stage, '/v1/products', last, signal, admin.accessToken);
    held.push(await race(stage, id, tokens, signal));
    if (held.length % 100 === 0) note(`${held.length.toLocaleString('en')} races are over`);
  }
  const stores = await stage.openStores();
  try {
    const { left } = await settleDown(stores, patience, signal);
    const open = left.orders > 0 ? [`${left.orders} orders did not come to their end`] : [];
    const booked = await readRaces(stores);
    const lost = held.map((one) => problemOf(one, booked.get(one.productId)));
    const wrong = [...lost.filter((problem) => problem !== undefined), ...open];
    return { races, buyers: BUYERS, sold: lost.filter((problem) => problem === undefined).length, wrong };
  } finally {
    await stores.close();
  }
}

async function race(
  stage: Stage,
  productId: string,
  tokens: readonly string[],
  signal: AbortSignal,
): Promise<Race> {
  const buy = (token: string) =>
    askUntilFinal(
      {
        url: `${stage.gateway}/v1/orders`,
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
    strange: answers.flatMap(({ status, code }) =>
      status === 201 || code === 'out-of-stock' ? [] : [`${status} ${code ?? ''}`],
    ),
  };
}

/** What is wrong with a race; undefined when its unit was sold once, to the buyer who was told so, and nobody else. */
export function problemOf(
  { productId, orderIds, strange }: Race,
  booked: BookedRace | undefined,
): string | undefined {
  if (strange.length > 0) return `product ${productId}: somebody was answered ${strange.join(', ')}`;
  if (orderIds.length !== 1)
    return `product ${productId}: ${orderIds.length} buyers were told that they have it`;
  if (!booked) return `product ${productId}: is not in the books`;
  if (booked.stock !== 0) return `product ${productId}: its stock is ${booked.stock}`;
  const sold = booked.orderIds.join(', ') || 'no order';
  return sold === orderIds[0]
    ? undefined
    : `product ${productId}: was sold to ${sold}, told to ${orderIds[0]}`;
}

async function readRaces(stores: Stores): Promise<ReadonlyMap<string, BookedRace>> {
  const stock = await stores.query<{ id: string; stock: number }>('product', 'SELECT id, stock FROM product');
  const sold = await stores.query<{ product: string; ids: readonly string[] }>(
    'order',
    `SELECT product_id AS product, array_agg(orders.id) AS ids FROM order_line JOIN orders ON orders.id = order_id
     WHERE state = 'confirmed' GROUP BY product_id`,
  );
  const ids = new Map(sold.map((row) => [row.product, row.ids]));
  return new Map(stock.map((row) => [row.id, { stock: row.stock, orderIds: ids.get(row.id) ?? [] }]));
}

function post<T>(
  schema: z.ZodType<T>,
  stage: Stage,
  path: string,
  body: unknown,
  signal: AbortSignal,
  token = '',
): Promise<T> {
  return fetchJson(schema, stage.gateway + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
    signal,
  });
}

/** The result in words. */
export function racesText({ races, buyers, sold, wrong }: RacesReport): string {
  const all = `${races.toLocaleString('en')} races of ${buyers} buyers for the last unit`;
  const figure = `${sold.toLocaleString('en')} sold, each to one buyer`;
  return [`${all}: ${figure}`, ...wrong.map((line) => `  ${line}`)].join('\n');
}
