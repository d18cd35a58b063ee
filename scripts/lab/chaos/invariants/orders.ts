import { formatCount, type InvariantCheck } from '../invariant-check.ts';
import { isAbandoned, type LedgerOrder } from '../ledger-snapshot.ts';

/** Tokens that the test provider accepts, some of them late. */
const PAYING_TOKENS = ['tok_ok', 'tok_twice', 'tok_slow', 'tok_unordered', 'tok_silent'];

/** Checks that every order answered with 201 exists under its idempotency key. */
export const noOrderIsLost: InvariantCheck = ({ plan, answers, ledger }) => {
  const orders = new Map(ledger.orders.map((order) => [order.id, order]));
  const placed = answers.flatMap(({ order }, number) => {
    const key = plan.plannedOrders[number]?.key ?? '';
    return order ? [{ key, id: order.id }] : [];
  });
  return {
    invariant: 'No order is lost: every order with response 201 exists with its idempotency key',
    figure: `${formatCount(placed.length, 'answered')}, ${formatCount(ledger.orders.length, 'in the ledger')}`,
    violations: placed.flatMap(({ key, id }) => {
      const order = orders.get(id);
      if (!order) return [`${key}: order ${id} does not exist`];
      return order.key === key ? [] : [`${key}: order ${id} has key ${order.key}`];
    }),
  };
};

/** Checks that no key has two orders and that every order has a planned key. */
export const oneOrderForEachKey: InvariantCheck = ({ plan, ledger }) => {
  const plannedKeys = new Set(plan.plannedOrders.map(({ key }) => key));
  const ordersByKey = Map.groupBy(ledger.orders, ({ key }) => key);
  return {
    invariant: 'No order is duplicated: each key has at most one order, and every key was sent',
    figure: `${formatCount(ledger.orders.length, 'orders')}, ${formatCount(ordersByKey.size, 'keys')}`,
    violations: [...ordersByKey].flatMap(([key, orders]) => [
      ...(orders.length > 1 ? [`${key}: has ${orders.length} orders`] : []),
      ...(plannedKeys.has(key) ? [] : [`${key}: was never sent`]),
    ]),
  };
};

/** Checks that every order is confirmed or cancelled, as its payment token permits. */
export const everyOrderIsTerminal: InvariantCheck = ({ ledger }) => {
  const ordersByState = Map.groupBy(ledger.orders, ({ state }) => state);
  const figure = ['confirmed', 'cancelled'].map((state) =>
    formatCount(ordersByState.get(state)?.length ?? 0, state),
  );
  const abandoned = ledger.orders.filter(isAbandoned).length;
  return {
    invariant: 'Every order is confirmed or cancelled, as its payment token permits',
    figure: `${figure.join(', ')}${abandoned > 0 ? ` (${abandoned} abandoned)` : ''}`,
    violations: ledger.orders.flatMap(findProblems),
  };
};

function findProblems({ key, state, reason, token }: LedgerOrder): readonly string[] {
  if (state !== 'confirmed' && state !== 'cancelled') return [`${key}: is ${state}`];
  const pays = PAYING_TOKENS.includes(token);
  if (state === 'confirmed' && !pays) return [`${key}: is confirmed with ${token}`];
  const isDeclined = reason === 'payment-declined';
  // The provider never receives a payment with tok_lost, so it cannot decline it.
  const isNeverDeclined = pays || token === 'tok_lost';
  return state === 'cancelled' && isNeverDeclined && isDeclined ? [`${key}: was declined with ${token}`] : [];
}
