import type { BookedOrder, BookedReservation } from '../books.ts';
import { type Check, count } from '../check.ts';

type Lines = readonly { readonly productId: string; readonly quantity: number }[];

/** Nothing is sold twice: what was there is what is left and what was sold. */
export const stockAddsUp: Check = ({ plan, productIds, books }) => {
  const left = new Map(books.stock.map(({ productId, stock }) => [productId, stock]));
  const settled = sums(books.reservations.filter(({ state }) => state === 'settled'));
  const sold = sums(books.orders.filter(({ state }) => state === 'confirmed'));
  const wrong = plan.products.flatMap(({ name, stock }, number) => {
    const id = productIds[number] ?? '';
    const now = left.get(id);
    if (now === undefined) return [`${name}: is not there any more`];
    const [reserved = 0, ordered = 0] = [settled.get(id), sold.get(id)];
    return [
      ...(now < 0 ? [`${name}: its stock is ${now}`] : []),
      ...(now + reserved === stock
        ? []
        : [`${name}: ${stock} were there; ${now} are left, ${reserved} taken`]),
      ...(reserved === ordered
        ? []
        : [`${name}: ${reserved} were taken, ${ordered} are in confirmed orders`]),
    ];
  });
  const gone = plan.products.filter((_, number) => left.get(productIds[number] ?? '') === 0);
  const pieces = [...sold.values()].reduce((sum, quantity) => sum + quantity, 0);
  return {
    holds: 'No piece is sold twice: what was there is what is left and what confirmed orders have',
    figure: `${count(pieces, 'pieces sold')}, ${gone.length} of ${plan.products.length} products sold out`,
    wrong,
  };
};

function sums(all: readonly { readonly lines: Lines }[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { productId, quantity } of all.flatMap(({ lines }) => lines))
    found.set(productId, (found.get(productId) ?? 0) + quantity);
  return found;
}

/** Reservations are what their orders are, and none is open. */
export const reservationsAgree: Check = ({ books }) => {
  const orders = new Map(books.orders.map((order) => [order.id, order]));
  const reservations = new Map(books.reservations.map((one) => [one.orderId, one]));
  const without = books.orders.filter(({ id }) => !reservations.has(id));
  const open = books.reservations.filter(({ state }) => state === 'open').length;
  return {
    holds: 'No reservation is left open, and each ended as its order did',
    figure: `${count(books.reservations.length, 'reservations')}, ${count(open, 'open')}`,
    wrong: [
      ...books.reservations.flatMap((reservation) => problemOf(reservation, orders.get(reservation.orderId))),
      ...without.map(({ key, id }) => `${key}: order ${id} has no reservation`),
    ],
  };
};

const ENDS: Readonly<Record<string, string>> = { confirmed: 'settled', cancelled: 'released' };

function problemOf(
  { orderId, state, lines }: BookedReservation,
  order: BookedOrder | undefined,
): readonly string[] {
  if (state === 'open') return [`order ${orderId}: its reservation is open`];
  if (!order) return [`order ${orderId}: is not there, its reservation is ${state}`];
  if (ENDS[order.state] !== state) return [`order ${orderId}: is ${order.state}, its reservation ${state}`];
  return linesText(order.lines) === linesText(lines)
    ? []
    : [`order ${orderId}: has other lines than its reservation`];
}

function linesText(lines: Lines): string {
  return JSON.stringify(lines.map(({ productId, quantity }) => [productId, quantity]));
}
