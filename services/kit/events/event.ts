/** Something that happened, as a topic carries it. */
export interface Event {
  /** UUIDv7. The same event delivered twice has the same id. */
  readonly id: string;
  readonly topic: string;
  /** Full name of the protobuf message in `data`: `weft.order.v1.OrderEvent`. */
  readonly type: string;
  /** Events of one key are delivered in order. */
  readonly key: string;
  /** When it happened: an instant in UTC, ISO 8601. */
  readonly time: string;
  /** Protobuf JSON. */
  readonly data: unknown;
}

/** An event to be published. */
export type NewEvent = Omit<Event, 'id' | 'time'> & Partial<Pick<Event, 'id' | 'time'>>;
