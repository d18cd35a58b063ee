/** An event of a topic. */
export interface Event {
  /** UUIDv7. Duplicate deliveries have the same id. */
  readonly id: string;
  readonly topic: string;
  /** Full name of the protobuf message in `data`, such as `weft.order.v1.OrderEvent`. */
  readonly type: string;
  /** Events with the same key are delivered in order. */
  readonly key: string;
  /** Time of the event, in UTC and ISO 8601. */
  readonly time: string;
  /** Body as protobuf JSON. */
  readonly data: unknown;
  /** W3C traceparent of the work that appended the event, or of its PRODUCER span. @default not traced */
  readonly traceparent?: string;
}

/** An event to be published. */
export type NewEvent = Omit<Event, 'id' | 'time' | 'traceparent'> & Partial<Pick<Event, 'id' | 'time'>>;
