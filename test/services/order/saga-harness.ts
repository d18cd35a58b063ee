import { setTimeout as delay } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { isOpen, type State } from '../../../services/order/state-machine.ts';
import { itemsOf } from '../product/product-harness.ts';
import { placing, startOrder } from './order-harness.ts';

/** Stock of the product that an order takes one unit of. */
export const STOCK = 3;

export interface Outcome {
  readonly status: string;
  readonly reason: string;
  /** Units. */
  readonly sold: number;
  /** Minor units that the provider keeps. */
  readonly money: number;
}

export const CONFIRMED: Outcome = { status: 'confirmed', reason: '', sold: 1, money: 1_000 };
export const DECLINED: Outcome = { status: 'cancelled', reason: 'payment-declined', sold: 0, money: 0 };

export type SagaHarness = Awaited<ReturnType<typeof startSagaHarness>>;

/** Starts the services of an order, and returns them with functions that place orders and check how they end. */
export async function startSagaHarness(name: string) {
  const shop = await startOrder(name);

  /** Places an order of one unit of a new product. */
  async function place(paymentToken: string) {
    const cup = await shop.product.make(STOCK);
    const { order } = await shop.client.placeOrder(placing({ items: itemsOf(cup), paymentToken }));
    if (!order) throw new Error('no order');
    return { cup, order };
  }

  async function stateOf(id: string): Promise<string> {
    const { rows } = await shop.pool.query<{ state: string }>('SELECT state FROM orders WHERE id = $1', [id]);
    return rows[0]?.state ?? '';
  }

  /** Waits until the saga has nothing left to do for the order, some seconds at most. */
  async function waitForEnd(id: string): Promise<string> {
    let state = '';
    for (let poll = 0; poll < 800; poll++) {
      state = await stateOf(id);
      if (!isOpen(state as State)) return state;
      await delay(5);
    }
    throw new Error(`order ${id} is still ${state}`);
  }

  /** Waits until the order ends, and checks its status, events, money and stock. */
  async function expectEnd(
    { status, reason, sold, money }: Outcome,
    { cup, order }: Awaited<ReturnType<typeof place>>,
  ): Promise<void> {
    expect(await shop.ended(order)).toMatchObject({ status, reason });
    expect(await waitForEnd(order.id)).toBe(status);
    expect(await shop.events(order.id)).toEqual(['placed', status]);
    expect(await shop.heldAmount(order.id)).toBe(money);
    expect(await shop.product.stock(cup)).toBe(STOCK - sold);
  }

  return { ...shop, place, stateOf, waitForEnd, expectEnd };
}
