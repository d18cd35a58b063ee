import type { AppTopics } from '../../../mesh/policy/app-events.ts';
import type { Event } from './event.ts';
import { UnreadableError } from './permanent-error.ts';

/** A protobuf message type, as the code generator exports it. */
export interface EventBodyCodec<T> {
  /** Full name, such as `weft.order.v1.OrderEvent`. */
  readonly $type: string;
  /** Decodes protobuf JSON. Ignores unknown fields, which newer publishers may add. */
  fromJSON(json: unknown): T;
}

/** Returns an error message if the topic does not declare the type of an event; undefined otherwise. */
export function typeProblem(
  { topic, type }: Pick<Event, 'topic' | 'type'>,
  carries: AppTopics['messageTypes'],
): string | undefined {
  const types = Object.hasOwn(carries, topic) ? (carries[topic] ?? []) : [];
  if (types.includes(type)) return undefined;
  const declared = types.join(', ') || 'nothing';
  return `is of type '${type}', which topic '${topic}' does not carry (${declared}); add it to the topic's messageTypes in the graph`;
}

/**
 * Decodes the body of an event. The version is part of the type's package: an incompatible change needs a new
 * message, such as `weft.order.v2.OrderEvent`.
 * @throws UnreadableError when the event has another type, or its data is not a JSON object
 */
export function decodeEventBody<T>({ id, type, data }: Event, codec: EventBodyCodec<T>): T {
  if (type !== codec.$type) throw new UnreadableError(`event ${id} is of type '${type}', not ${codec.$type}`);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const value = JSON.stringify(data)?.slice(0, 100);
    throw new UnreadableError(`data of event ${id} is ${value}, not a JSON object of type ${type}`);
  }
  return codec.fromJSON(data);
}
