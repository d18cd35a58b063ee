import { formatCount, type InvariantCheck } from '../invariant-check.ts';

/** Checks that the provider holds exactly one charge for each confirmed order, of its total, and nothing else. */
export const chargesMatchOrders: InvariantCheck = ({ ledger }) => {
  const captured = ledger.charges.filter(({ outcome }) => outcome === 'captured');
  const chargesByOrder = Map.groupBy(captured, ({ key }) => key);
  const confirmed = ledger.orders.filter(({ state }) => state === 'confirmed');
  const confirmedIds = new Set(confirmed.map(({ id }) => id));
  const capturedAmount = captured.reduce((sum, { amount }) => sum + (amount ?? 0), 0);
  const dueAmount = confirmed.reduce((sum, { amount }) => sum + amount, 0);
  const refunds = ledger.charges.filter(({ outcome }) => outcome === 'refunded').length;
  const chargeViolations = confirmed.flatMap(({ key, id, amount, currency }) => {
    const [charge, ...duplicates] = chargesByOrder.get(id) ?? [];
    if (!charge) return [`${key}: order ${id} is confirmed but not paid`];
    if (duplicates.length > 0) return [`${key}: order ${id} is charged ${duplicates.length + 1} times`];
    if (charge.amount === amount && charge.currency === currency) return [];
    return [
      `${key}: order ${id} costs ${amount} ${currency}, but is charged ${charge.amount} ${charge.currency}`,
    ];
  });
  const strays = [...chargesByOrder.keys()].filter((key) => !confirmedIds.has(key));
  const openAuthorizations = ledger.charges.filter(({ outcome }) => outcome === 'authorized');
  return {
    invariant: 'No order is charged twice: the provider holds the total of each confirmed order once',
    figure: `${formatEuros(capturedAmount)} captured, ${formatEuros(dueAmount)} due, ${formatCount(refunds, 'refunded')}`,
    violations: [
      ...chargeViolations,
      ...strays.map((id) => `order ${id}: is not confirmed, but its charge is captured`),
      ...openAuthorizations.map(
        ({ key }) => `order ${key}: its charge is authorized, but neither captured nor voided`,
      ),
    ],
  };
};

/** Checks that each payment has the provider's outcome. A voided payment may be unknown to the provider. */
export const paymentsMatchProvider: InvariantCheck = ({ ledger }) => {
  const outcomes = new Map(ledger.charges.map(({ key, outcome }) => [key, outcome]));
  const paymentViolations = ledger.payments.flatMap(({ orderId, status }) => {
    const outcome = outcomes.get(orderId) ?? 'nothing';
    const isVoidedUnsent = status === 'voided' && outcome === 'nothing';
    return status === outcome || isVoidedUnsent
      ? []
      : [`order ${orderId}: its payment is ${status}, but the provider has ${outcome}`];
  });
  const orderIds = new Set(ledger.payments.map(({ orderId }) => orderId));
  const unrecorded = ledger.charges.filter(({ key }) => !orderIds.has(key));
  return {
    invariant: 'The payment service and the provider agree on each order',
    figure: `${formatCount(ledger.payments.length, 'payments')}, ${formatCount(ledger.charges.length, 'at the provider')}`,
    violations: [
      ...paymentViolations,
      ...unrecorded.map(({ key }) => `order ${key}: is charged without a payment`),
    ],
  };
};

function formatEuros(amount: number): string {
  return `€${(amount / 100).toLocaleString('en', { minimumFractionDigits: 2 })}`;
}
