import { formatCount, type InvariantCheck } from '../invariant-check.ts';
import { isAbandoned, type LedgerOrder } from '../ledger-snapshot.ts';
import type { OrderAnswer } from '../order-answer.ts';
import type { PlannedOrder } from '../planned-orders.ts';

/** Checks that every order got a final answer, and that each refusal follows from the plan. */
export const everyAnswerIsFinal: InvariantCheck = ({ plan, answers }) => {
  const groups = Map.groupBy([...answers].filter(Boolean), ({ status, code }) => code ?? String(status));
  const figure = [...groups].map(([kind, group]) => `${kind}: ${group.length.toLocaleString('en')}`);
  return {
    invariant: 'Every order received a final response: 201, or an error that its plan explains',
    figure: figure.sort().join(', '),
    violations: plan.plannedOrders.flatMap((order, number) => {
      const answer = answers[number];
      if (!answer) return [`${order.key}: received no response`];
      return isExpected(order, answer)
        ? []
        : [`${order.key}: received ${answer.status} ${answer.code ?? ''} for ${order.token}`];
    }),
  };
};

function isExpected({ token }: PlannedOrder, { status, code }: OrderAnswer): boolean {
  if (status === 201) return true;
  return code === 'out-of-stock' || (code === 'unknown-payment-token' && token === 'tok_unknown');
}

/** Checks that each 201 answer equals both the planned order and the stored order. */
export const answersMatchLedger: InvariantCheck = ({ plan, answers, productIds, ledger }) => {
  const orders = new Map(ledger.orders.map((order) => [order.id, order]));
  let comparisons = 0;
  const violations = answers.flatMap(({ order }, number) => {
    const stored = order && orders.get(order.id);
    const planned = plan.plannedOrders[number];
    if (!stored || !planned) return [];
    comparisons++;
    const plannedItems = planned.items.map(({ product, quantity }) => ({
      productId: productIds[product],
      quantity,
      amount: plan.products[product]?.amount,
    }));
    const answeredItems = order.items.map(({ productId, quantity, unitPrice }) => ({
      productId,
      quantity,
      amount: unitPrice.amount,
    }));
    const expected = JSON.stringify([plannedItems, sumTotal(plannedItems), 'EUR']);
    return [
      ...(JSON.stringify([answeredItems, order.total.amount, order.total.currency]) === expected
        ? []
        : [`${planned.key}: the response was ${JSON.stringify(order)}`]),
      ...(serialize(stored) === expected ? [] : [`${planned.key}: the ledger has ${serialize(stored)}`]),
    ];
  });
  return {
    invariant: 'Every 201 response is correct: the stored order has the same id, items, prices and total',
    figure: formatCount(comparisons, 'compared'),
    violations,
  };
};

function sumTotal(
  items: readonly { readonly quantity: number; readonly amount: number | undefined }[],
): number {
  return items.reduce((sum, { quantity, amount = 0 }) => sum + quantity * amount, 0);
}

function serialize({ lines, amount, currency }: LedgerOrder): string {
  const items = lines.map((line) => ({
    productId: line.productId,
    quantity: line.quantity,
    amount: line.amount,
  }));
  return JSON.stringify([items, amount, currency]);
}

/**
 * Checks that a refused order does not exist. An earlier request may have reserved stock before it was lost. The orphan
 * sweep then makes an abandoned order to release the reservation; other checks verify that it is cancelled and unpaid.
 */
export const refusalsLeaveNoOrder: InvariantCheck = ({ plan, answers, ledger }) => {
  const ordersByKey = Map.groupBy(ledger.orders, ({ key }) => key);
  const refusals = plan.plannedOrders.filter((_, number) => (answers[number]?.status ?? 201) !== 201);
  const orders = refusals.flatMap(({ key }) => ordersByKey.get(key) ?? []);
  const abandoned = orders.filter(isAbandoned).length;
  return {
    invariant: 'A refused order does not exist, unless it is abandoned',
    figure: `${formatCount(refusals.length, 'refused')}, ${formatCount(abandoned, 'abandoned')}`,
    violations: orders
      .filter((order) => !isAbandoned(order))
      .map(({ key, id, state }) => `${key}: was refused, but order ${id} is ${state}`),
  };
};
