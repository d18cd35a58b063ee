import { type BookedOrder, isAbandoned } from '../books.ts';
import { type Check, count } from '../check.ts';
import { grouped } from './grouped.ts';

/** Whoever was told 201 has the order that it was told of. */
export const noOrderIsLost: Check = ({ plan, answers, books }) => {
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const told = answers.flatMap(({ order }, number) => {
    const key = plan.placing[number]?.key ?? '';
    return order ? [{ key, id: order.id }] : [];
  });
  return {
    holds: 'No order is lost: each that was answered 201 is there, with its key',
    figure: `${count(told.length, 'answered')}, ${count(books.orders.length, 'in the books')}`,
    wrong: told.flatMap(({ key, id }) => {
      const order = orders.get(id);
      if (!order) return [`${key}: order ${id} is not there`];
      return order.key === key ? [] : [`${key}: order ${id} has key ${order.key}`];
    }),
  };
};

/** No key has two orders, and no order was made that nobody asked for. */
export const oneOrderForEachKey: Check = ({ plan, books }) => {
  const asked = new Set(plan.placing.map(({ key }) => key));
  const byKey = grouped(books.orders, ({ key }) => key);
  return {
    holds: 'No order is there twice: one for a key, and none that nobody asked for',
    figure: `${count(books.orders.length, 'orders')}, ${count(byKey.size, 'keys')}`,
    wrong: [...byKey].flatMap(([key, orders]) => [
      ...(orders.length > 1 ? [`${key}: has ${orders.length} orders`] : []),
      ...(asked.has(key) ? [] : [`${key}: nobody asked for it`]),
    ]),
  };
};

/** Every order has come to an end, and to one that its payment token allows. */
export const everyOrderIsOver: Check = ({ books }) => {
  const states = grouped(books.orders, ({ state }) => state);
  const figure = ['confirmed', 'cancelled'].map((state) => count(states.get(state)?.length ?? 0, state));
  const abandoned = books.orders.filter(isAbandoned).length;
  return {
    holds: 'Every order is confirmed or cancelled, as its payment token allows',
    figure: `${figure.join(', ')}${abandoned > 0 ? ` (${abandoned} abandoned)` : ''}`,
    wrong: books.orders.flatMap(problemOf),
  };
};

function problemOf({ key, state, reason, token }: BookedOrder): readonly string[] {
  if (state !== 'confirmed' && state !== 'cancelled') return [`${key}: is ${state}`];
  const pays = ['tok_ok', 'tok_twice', 'tok_slow', 'tok_unordered', 'tok_silent'].includes(token);
  if (state === 'confirmed' && !pays) return [`${key}: is confirmed, with ${token}`];
  const isDeclined = reason === 'payment-declined';
  const isGood = pays || token === 'tok_lost';
  return state === 'cancelled' && isGood && isDeclined ? [`${key}: was declined, with ${token}`] : [];
}
