import type { Answer } from './answer.ts';
import { askUntilFinal, type Repeatable } from './ask-until-final.ts';
import type { Plan } from './plan.ts';
import type { PlannedOrder } from './planned-orders.ts';
import type { StockedShop } from './stocked-shop.ts';
import type { Timeline } from './timeline.ts';

export interface PlacingOptions {
  readonly plan: Plan;
  readonly shop: StockedShop;
  /** Orders under way at once. */
  readonly concurrency: number;
  /** Waited for before the order of this number, from 0, is sent. */
  readonly before: (number: number) => Promise<void>;
  readonly timeline: Timeline;
  readonly signal: AbortSignal;
}

/**
 * Places the plan's orders, and repeats each until its answer is final.
 * @returns the answers, in the order of the plan
 */
export async function placeOrders(options: PlacingOptions): Promise<readonly Answer[]> {
  const { plan, shop, concurrency, before, timeline, signal } = options;
  const answers: Answer[] = [];
  const queue = plan.placing.entries();
  const place = async () => {
    for (const [number, order] of queue) {
      await before(number);
      signal.throwIfAborted();
      timeline.sent();
      answers[number] = await askUntilFinal(requestOf(order, shop), signal, (status) =>
        timeline.tried(status),
      );
      timeline.answered();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, place));
  return answers;
}

function requestOf({ key, customer, items, token }: PlannedOrder, shop: StockedShop): Repeatable {
  return {
    url: `${shop.gateway}/v1/orders`,
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
