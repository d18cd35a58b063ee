import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';

/** What all stores hold at the end of a run, as far as orders are concerned. Amounts are in minor units. */
export interface Books {
  readonly orders: readonly BookedOrder[];
  readonly payments: readonly BookedPayment[];
  /** The books of the provider, who holds the money. */
  readonly charges: readonly BookedCharge[];
  readonly stock: readonly BookedStock[];
  readonly reservations: readonly BookedReservation[];
  /** What the topic was given, without repeats; what is of one order in its order. */
  readonly events: readonly BookedEvent[];
  readonly notifications: readonly BookedNotification[];
  /** Identifiers of the events that the consumer remembers. */
  readonly received: readonly string[];
  /** Identifiers of the events that were put aside. */
  readonly deadLetters: readonly string[];
  /** Events that are not published yet. */
  readonly outbox: number;
}

export interface BookedOrder {
  readonly id: string;
  readonly key: string;
  readonly state: string;
  readonly reason: string;
  readonly token: string;
  readonly amount: number;
  readonly currency: string;
  readonly lines: readonly BookedLine[];
}

export interface BookedLine {
  readonly productId: string;
  readonly quantity: number;
  /** Of one. */
  readonly amount: number;
}

export interface BookedPayment {
  readonly orderId: string;
  readonly status: string;
}

export interface BookedCharge {
  /** The order's id. */
  readonly key: string;
  readonly outcome: string;
  readonly amount: number | null;
  readonly currency: string | null;
}

export interface BookedStock {
  readonly productId: string;
  readonly stock: number;
}

export interface BookedReservation {
  readonly orderId: string;
  readonly state: string;
  readonly lines: readonly Omit<BookedLine, 'amount'>[];
}

export interface BookedEvent {
  readonly id: string;
  readonly orderId: string;
  readonly kind: string;
}

const EVENT_DATA = z.object({ kind: z.unknown() });

/** An event as a broker carries it: its data as JSON. @throws ResponseError that names the event */
export function eventOf(id: string, orderId: string, data: string): BookedEvent {
  return {
    id,
    orderId,
    kind: String(readJson(EVENT_DATA, data, { name: `event ${id} of topic orders` }).kind),
  };
}

/** The first of each: a publisher that does not know whether an event was kept gives it once more. */
export function distinct(events: readonly BookedEvent[]): readonly BookedEvent[] {
  const seen = new Set<string>();
  return events.filter(({ id }) => !seen.has(id) && seen.add(id));
}

export interface BookedNotification {
  /** The event's. */
  readonly id: string;
  readonly orderId: string;
  readonly text: string;
}

/** Whether an order is one that was made for a reservation which nobody placed an order for. */
export function isAbandoned({ reason }: BookedOrder): boolean {
  return reason === 'abandoned';
}
