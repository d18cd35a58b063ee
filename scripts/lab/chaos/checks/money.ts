import { type Check, count } from '../check.ts';
import { grouped } from './grouped.ts';

/** The provider holds the money of the confirmed orders, of each once, and no other. */
export const moneyIsRight: Check = ({ books }) => {
  const captured = books.charges.filter(({ outcome }) => outcome === 'captured');
  const charges = grouped(captured, ({ key }) => key);
  const confirmed = books.orders.filter(({ state }) => state === 'confirmed');
  const ids = new Set(confirmed.map(({ id }) => id));
  const held = captured.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  const owed = confirmed.reduce((sum, { amount }) => sum + amount, 0);
  const returned = books.charges.filter(({ outcome }) => outcome === 'refunded').length;
  const wrong = confirmed.flatMap(({ key, id, amount, currency }) => {
    const [charge, ...more] = charges.get(id) ?? [];
    if (!charge) return [`${key}: order ${id} is confirmed and not paid`];
    if (more.length > 0) return [`${key}: order ${id} is charged ${more.length + 1} times`];
    if (charge.amount === amount && charge.currency === currency) return [];
    return [`${key}: order ${id} is of ${amount} ${currency}, charged ${charge.amount} ${charge.currency}`];
  });
  const strangers = [...charges.keys()].filter((key) => !ids.has(key));
  const hanging = books.charges.filter(({ outcome }) => outcome === 'authorized');
  return {
    holds: 'No order is charged twice: the provider holds what the confirmed orders cost, once each',
    figure: `${cents(held)} held, ${cents(owed)} owed, ${count(returned, 'refunded')}`,
    wrong: [
      ...wrong,
      ...strangers.map((id) => `order ${id}: is not confirmed, and its money is kept`),
      ...hanging.map(
        ({ key }) => `order ${key}: its money is authorized, and neither captured nor given back`,
      ),
    ],
  };
};

/** The payment service says of each order what the provider says, which never heard of one that was given up before. */
export const paymentsAgree: Check = ({ books }) => {
  const outcomes = new Map(books.charges.map(({ key, outcome }) => [key, outcome]));
  const wrong = books.payments.flatMap(({ orderId, status }) => {
    const outcome = outcomes.get(orderId) ?? 'nothing';
    const isGivenUp = status === 'voided' && outcome === 'nothing';
    return status === outcome || isGivenUp
      ? []
      : [`order ${orderId}: its payment is ${status}, the provider has ${outcome}`];
  });
  const orders = new Set(books.payments.map(({ orderId }) => orderId));
  const unknown = books.charges.filter(({ key }) => !orders.has(key));
  return {
    holds: 'The payment service and the provider agree on each order',
    figure: `${count(books.payments.length, 'payments')}, ${count(books.charges.length, 'at the provider')}`,
    wrong: [...wrong, ...unknown.map(({ key }) => `order ${key}: is charged without a payment`)],
  };
};

function cents(amount: number): string {
  return `€${(amount / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`;
}
