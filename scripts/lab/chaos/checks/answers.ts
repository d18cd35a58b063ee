import type { Answer } from '../answer.ts';
import { type BookedOrder, isAbandoned } from '../books.ts';
import { type Check, count } from '../check.ts';
import type { PlannedOrder } from '../planned-orders.ts';
import { grouped } from './grouped.ts';

/** Everybody was answered in the end, and by what the plan leads to. */
export const everyAnswerIsFinal: Check = ({ plan, answers }) => {
  const kinds = grouped([...answers].filter(Boolean), ({ status, code }) => code ?? String(status));
  const figure = [...kinds].map(([kind, all]) => `${kind}: ${all.length.toLocaleString('en')}`);
  return {
    holds: 'Every request was answered in the end: 201, or a refusal that the order deserves',
    figure: figure.sort().join(', '),
    wrong: plan.placing.flatMap((order, number) => {
      const answer = answers[number];
      if (!answer) return [`${order.key}: was never answered`];
      return isDeserved(order, answer)
        ? []
        : [`${order.key}: ${answer.status} ${answer.code ?? ''} for ${order.token}`];
    }),
  };
};

function isDeserved({ token }: PlannedOrder, { status, code }: Answer): boolean {
  if (status === 201) return true;
  return code === 'out-of-stock' || (code === 'unknown-payment-token' && token === 'tok_unknown');
}

/** What was answered is what is in the books, and what was asked for. */
export const answersAreTrue: Check = ({ plan, answers, productIds, books }) => {
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  let compared = 0;
  const wrong = answers.flatMap(({ order }, number) => {
    const booked = order && orders.get(order.id);
    const planned = plan.placing[number];
    if (!booked || !planned) return [];
    compared++;
    const asked = planned.items.map(({ product, quantity }) => ({
      productId: productIds[product],
      quantity,
      amount: plan.products[product]?.amount,
    }));
    const told = order.items.map(({ productId, quantity, unitPrice }) => ({
      productId,
      quantity,
      amount: unitPrice.amount,
    }));
    const expected = JSON.stringify([asked, totalOf(asked), 'EUR']);
    return [
      ...(JSON.stringify([told, order.total.amount, order.total.currency]) === expected
        ? []
        : [`${planned.key}: was answered ${JSON.stringify(order)}`]),
      ...(bookedText(booked) === expected ? [] : [`${planned.key}: the books have ${bookedText(booked)}`]),
    ];
  });
  return {
    holds: 'Each answer is true: the order has the id, the items, the prices and the total that it told',
    figure: count(compared, 'compared'),
    wrong,
  };
};

function totalOf(
  items: readonly { readonly quantity: number; readonly amount: number | undefined }[],
): number {
  return items.reduce((sum, { quantity, amount = 0 }) => sum + quantity * amount, 0);
}

function bookedText({ lines, amount, currency }: BookedOrder): string {
  const items = lines.map((line) => ({
    productId: line.productId,
    quantity: line.quantity,
    amount: line.amount,
  }));
  return JSON.stringify([items, amount, currency]);
}

/**
 * A refusal leaves nothing behind. One of its requests may have reserved stock before it was lost; the order that is made
 * to release it is cancelled and costs nothing, which other checks see to.
 */
export const refusedHasNoOrder: Check = ({ plan, answers, books }) => {
  const byKey = grouped(books.orders, ({ key }) => key);
  const refused = plan.placing.filter((_, number) => (answers[number]?.status ?? 201) !== 201);
  const left = refused.flatMap(({ key }) => byKey.get(key) ?? []);
  const abandoned = left.filter(isAbandoned).length;
  return {
    holds: 'Who was refused has no order, but one that was abandoned',
    figure: `${count(refused.length, 'refused')}, ${count(abandoned, 'abandoned')}`,
    wrong: left
      .filter((order) => !isAbandoned(order))
      .map(({ key, id, state }) => `${key}: was refused, and order ${id} is ${state}`),
  };
};
