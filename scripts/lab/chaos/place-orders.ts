import type { OrderAnswer } from './order-answer.ts';
import type { ChaosPlan } from './plan.ts';
import type { PlannedOrder } from './planned-orders.ts';
import { type IdempotentRequest, retryUntilFinal } from './retry-until-final.ts';
import type { StockedShop } from './stocked-shop.ts';
import type { Timeline } from './timeline.ts';

export interface PlacingOptions {
  readonly plan: ChaosPlan;
  readonly shop: StockedShop;
  /** Number of orders in flight. */
  readonly concurrency: number;
  /** Called and awaited before an order is sent, with its number, from 0. */
  readonly beforeOrder: (number: number) => Promise<void>;
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
}

/**
 * Places the plan's orders, retrying each until its answer is final.
 * @returns the answers, in the order of the plan
 */
export async function placeOrders(options: PlacingOptions): Promise<readonly OrderAnswer[]> {
  const { plan, shop, concurrency, beforeOrder, timeline, signal } = options;
  const answers: OrderAnswer[] = [];
  // All workers share one iterator, so each order is placed once.
  const queue = plan.plannedOrders.entries();
  const work = async () => {
    for (const [number, order] of queue) {
      await beforeOrder(number);
      signal.throwIfAborted();
      timeline.recordOrder();
      answers[number] = await retryUntilFinal(createRequest(order, shop), signal, (status) =>
        timeline.recordAttempt(status),
      );
      timeline.recordAnswer();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return answers;
}

function createRequest({ key, customer, items, token }: PlannedOrder, shop: StockedShop): IdempotentRequest {
  return {
    url: `${shop.ingressUrl}/v1/orders`,
    headers: {
      authorization: `Bearer ${shop.tokens[customer]}`,
      'content-type': 'application/json',
      'idempotency-key': key,
    },
    body: JSON.stringify({
      items: items.map(({ product, quantity }) => ({ productId: shop.productIds[product], quantity })),
      payment: { token },
    }),
  };
}
