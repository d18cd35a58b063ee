import { z } from 'zod';
import type { Event } from './event.ts';
import { UnreadableError } from './unreadable.ts';

/** Largest data of an event, in bytes of JSON: half of what a Kafka broker takes in one batch unless told otherwise. */
export const MAX_DATA_BYTES = 524_288;
/** Longest key, in bytes of UTF-8: an AMQP routing key is a short string (AMQP 0-9-1, 4.2.5.3). */
export const MAX_KEY_BYTES = 255;

/** An event as brokers carry it that know bytes and headers: a CloudEvent in binary content mode. */
export interface CloudEventMessage {
  /** Context attributes by name, without the prefix of a protocol binding. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const text = (longest: number) =>
  z
    .string('missing')
    .min(1, 'empty')
    .refine((value) => Buffer.byteLength(value) <= longest, `longer than ${longest} bytes`)
    .refine((value) => value.isWellFormed() && !value.includes('\0'), 'not text that a database keeps');

/** CloudEvents 1.0, 3.1 "Required attributes", and of the optional ones those that an `Event` has. */
const ATTRIBUTES = z.object({
  specversion: z.literal('1.0', 'not 1.0'),
  id: z.uuid('not a UUID'),
  source: text(2_048),
  type: text(255),
  time: z.iso.datetime({ offset: true, error: 'not a time like 2026-01-02T03:04:05Z' }),
  // The extension "Partitioning" of CloudEvents: what is in order by it.
  partitionkey: text(MAX_KEY_BYTES),
  datacontenttype: z.string('missing').regex(/^application\/json *(;|$)/i, 'not application/json'),
});

/**
 * An event as CloudEvents 1.0 says it.
 * @param source who publishes, as a URI reference: `/order`
 * @throws Error when its key or its data is longer than any broker is asked to take
 */
export function toMessage(event: Event, source: string): CloudEventMessage {
  const { id, type, key, time, data } = event;
  const body = Buffer.from(JSON.stringify(data ?? null));
  const problem = sizeProblem(key, body.length);
  if (problem) throw new Error(`event ${id} of topic '${event.topic}' ${problem}`);
  return {
    attributes: {
      specversion: '1.0',
      id,
      source,
      type,
      time,
      partitionkey: key,
      datacontenttype: 'application/json',
    },
    body,
  };
}

/** What is wrong with the size of an event, and what to change; undefined when nothing is. */
export function sizeProblem(key: string, dataBytes: number): string | undefined {
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES)
    return `has a key of ${keyBytes} bytes: give one of 1 to ${MAX_KEY_BYTES}`;
  if (dataBytes <= MAX_DATA_BYTES) return undefined;
  return `has data of ${dataBytes} bytes, and at most ${MAX_DATA_BYTES} are carried: keep it elsewhere, and publish where it is`;
}

/**
 * The event in a message that came over `topic`. Attributes that it has besides are ignored, as CloudEvents asks.
 * @throws UnreadableError that names everything that is wrong with it
 */
export function toEvent({ attributes, body }: CloudEventMessage, topic: string): Event {
  const parsed = ATTRIBUTES.safeParse(attributes);
  const problems = parsed.error?.issues.map(({ path, message }) => {
    const name = path.join('.');
    const value = attributes[name];
    return value === undefined
      ? `attribute '${name}' is missing`
      : `attribute '${name}' is '${value.slice(0, 100)}': ${message}`;
  });
  if (!parsed.success) throw new UnreadableError(problems?.join('; ') ?? '');
  const { id, type, partitionkey: key, time } = parsed.data;
  return { id, topic, type, key, time: new Date(time).toISOString(), data: dataOf(body) };
}

/** In JSON as JSON.stringify writes it: the NUL character, and half of a surrogate pair. */
const UNKEPT = /(?:^|[^\\])(?:\\\\)*\\u(?:0000|d[89a-f])/;

function dataOf(body: Buffer): unknown {
  if (body.length > MAX_DATA_BYTES)
    throw new UnreadableError(`its body has ${body.length} bytes: at most ${MAX_DATA_BYTES} are read`);
  try {
    const data: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (!UNKEPT.test(JSON.stringify(data))) return data;
  } catch (error) {
    throw new UnreadableError(`its body of ${body.length} bytes is no JSON: ${String(error)}`);
  }
  throw new UnreadableError('its body has characters that no database keeps: NUL, or half of a pair');
}
