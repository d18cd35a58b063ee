import { formatCount, type InvariantCheck } from '../invariant-check.ts';
import type { LedgerOrder, LedgerReservation } from '../ledger-snapshot.ts';

type Lines = readonly { readonly productId: string; readonly quantity: number }[];

/** Checks that nothing is oversold: the initial stock equals the current stock plus the units sold. */
export const stockIsConserved: InvariantCheck = ({ plan, productIds, ledger }) => {
  const stockByProduct = new Map(ledger.stock.map(({ productId, stock }) => [productId, stock]));
  const settledUnits = sumQuantities(ledger.reservations.filter(({ state }) => state === 'settled'));
  const soldUnits = sumQuantities(ledger.orders.filter(({ state }) => state === 'confirmed'));
  const violations = plan.products.flatMap(({ name, stock }, number) => {
    const id = productIds[number] ?? '';
    const current = stockByProduct.get(id);
    if (current === undefined) return [`${name}: no longer exists`];
    const [reserved = 0, ordered = 0] = [settledUnits.get(id), soldUnits.get(id)];
    return [
      ...(current < 0 ? [`${name}: its stock is ${current}`] : []),
      ...(current + reserved === stock
        ? []
        : [`${name}: started with ${stock}, but has ${current} and ${reserved} settled`]),
      ...(reserved === ordered
        ? []
        : [`${name}: ${reserved} are settled, but ${ordered} are in confirmed orders`]),
    ];
  });
  const soldOut = plan.products.filter((_, number) => stockByProduct.get(productIds[number] ?? '') === 0);
  const units = [...soldUnits.values()].reduce((sum, quantity) => sum + quantity, 0);
  return {
    invariant:
      'No unit is sold twice: the initial stock is the current stock plus the units of confirmed orders',
    figure: `${formatCount(units, 'units sold')}, ${soldOut.length} of ${plan.products.length} products sold out`,
    violations,
  };
};

function sumQuantities(entries: readonly { readonly lines: Lines }[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { productId, quantity } of entries.flatMap(({ lines }) => lines))
    sums.set(productId, (sums.get(productId) ?? 0) + quantity);
  return sums;
}

/** Checks that each reservation ended as its order did, with the same lines, and that none is open. */
export const reservationsMatchOrders: InvariantCheck = ({ ledger }) => {
  const orders = new Map(ledger.orders.map((order) => [order.id, order]));
  const reservations = new Map(ledger.reservations.map((reservation) => [reservation.orderId, reservation]));
  const unreserved = ledger.orders.filter(({ id }) => !reservations.has(id));
  const open = ledger.reservations.filter(({ state }) => state === 'open').length;
  return {
    invariant: 'No reservation is open, and each ended as its order did',
    figure: `${formatCount(ledger.reservations.length, 'reservations')}, ${formatCount(open, 'open')}`,
    violations: [
      ...ledger.reservations.flatMap((reservation) =>
        findProblems(reservation, orders.get(reservation.orderId)),
      ),
      ...unreserved.map(({ key, id }) => `${key}: order ${id} has no reservation`),
    ],
  };
};

/** State of the reservation by the state of the order. */
const RESERVATION_STATES: Readonly<Record<string, string>> = { confirmed: 'settled', cancelled: 'released' };

function findProblems(
  { orderId, state, lines }: LedgerReservation,
  order: LedgerOrder | undefined,
): readonly string[] {
  if (state === 'open') return [`order ${orderId}: its reservation is open`];
  if (!order) return [`order ${orderId}: does not exist, but its reservation is ${state}`];
  if (RESERVATION_STATES[order.state] !== state)
    return [`order ${orderId}: is ${order.state}, but its reservation is ${state}`];
  return serialize(order.lines) === serialize(lines)
    ? []
    : [`order ${orderId}: its lines differ from its reservation`];
}

function serialize(lines: Lines): string {
  return JSON.stringify(lines.map(({ productId, quantity }) => [productId, quantity]));
}
