import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';

/** Rows of all stores that concern orders, read at the end of a run. Amounts are in minor units. */
export interface LedgerSnapshot {
  readonly orders: readonly LedgerOrder[];
  readonly payments: readonly LedgerPayment[];
  /** Charges at the payment provider, which holds the money. */
  readonly charges: readonly LedgerCharge[];
  readonly stock: readonly LedgerStock[];
  readonly reservations: readonly LedgerReservation[];
  /** Events published to the topic, without duplicates. Events of one order are in publication order. */
  readonly events: readonly LedgerEvent[];
  readonly notifications: readonly LedgerNotification[];
  /** Ids of the events in the consumer's inbox. */
  readonly inboxEventIds: readonly string[];
  /** Ids of the dead-lettered events. */
  readonly deadLetters: readonly string[];
  /** Number of events in the outbox that are not published yet. */
  readonly outboxLength: number;
}

export interface LedgerOrder {
  readonly id: string;
  /** The idempotency key. */
  readonly key: string;
  readonly state: string;
  readonly reason: string;
  /** The payment token. */
  readonly token: string;
  readonly amount: number;
  readonly currency: string;
  readonly lines: readonly LedgerLine[];
}

export interface LedgerLine {
  readonly productId: string;
  readonly quantity: number;
  /** Unit price. */
  readonly amount: number;
}

export interface LedgerPayment {
  readonly orderId: string;
  readonly status: string;
}

export interface LedgerCharge {
  /** Id of the order, which is the provider's idempotency key. */
  readonly key: string;
  readonly outcome: string;
  readonly amount: number | null;
  readonly currency: string | null;
}

export interface LedgerStock {
  readonly productId: string;
  readonly stock: number;
}

export interface LedgerReservation {
  readonly orderId: string;
  readonly state: string;
  readonly lines: readonly Omit<LedgerLine, 'amount'>[];
}

export interface LedgerEvent {
  readonly id: string;
  readonly orderId: string;
  readonly kind: string;
}

export interface LedgerNotification {
  /** Id of the event that caused it. */
  readonly id: string;
  readonly orderId: string;
  readonly text: string;
}

const EVENT_DATA = z.object({ kind: z.unknown() });

/**
 * Parses an event of the topic `orders`.
 * @param data the event's data as JSON
 * @throws ResponseError with the id of the event if the data is invalid
 */
export function parseLedgerEvent(id: string, orderId: string, data: string): LedgerEvent {
  return {
    id,
    orderId,
    kind: String(readJson(EVENT_DATA, data, { name: `event ${id} of topic orders` }).kind),
  };
}

/** Keeps the first event of each id. A publisher sends an event again if it did not see the broker's acknowledgement. */
export function deduplicateEvents(events: readonly LedgerEvent[]): readonly LedgerEvent[] {
  const ids = new Set<string>();
  return events.filter(({ id }) => !ids.has(id) && ids.add(id));
}

/** Whether the orphan sweep made this order to release a reservation whose order was never placed. */
export function isAbandoned({ reason }: LedgerOrder): boolean {
  return reason === 'abandoned';
}
