import type { AppTopics } from '../../../mesh/policy/app-events.ts';
import type { Event } from './event.ts';
import { UnreadableError } from './unreadable.ts';

/** A protobuf message, as the code generator reads it. */
export interface EventBodyCodec<T> {
  /** With its package: `weft.order.v1.OrderEvent`. */
  readonly $type: string;
  /** Ignores fields that it does not know: those of a publisher that is newer. */
  fromJSON(json: unknown): T;
}

/** What is wrong with the type of an event, and what to change; undefined when its topic carries it. */
export function typeProblem(
  { topic, type }: Pick<Event, 'topic' | 'type'>,
  carries: AppTopics['messageTypes'],
): string | undefined {
  const types = Object.hasOwn(carries, topic) ? (carries[topic] ?? []) : [];
  if (types.includes(type)) return undefined;
  const declared = types.join(', ') || 'nothing';
  return `is of type '${type}', which topic '${topic}' does not carry (${declared}); add it to messageTypes in the graph`;
}

/**
 * What an event says. Its version is in the package of its type: a body that older consumers could not read is another
 * message, such as `weft.order.v2.OrderEvent`.
 * @throws UnreadableError when the event is of another type, or its data is no JSON object
 */
export function decodeEventBody<T>({ id, type, data }: Event, body: EventBodyCodec<T>): T {
  if (type !== body.$type) throw new UnreadableError(`event ${id} is of type '${type}', not ${body.$type}`);
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const found = JSON.stringify(data)?.slice(0, 100);
    throw new UnreadableError(`data of event ${id} is ${found}: not the JSON object of a ${type}`);
  }
  return body.fromJSON(data);
}
