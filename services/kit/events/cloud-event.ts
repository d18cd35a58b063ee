import { z } from 'zod';
import type { Event } from './event.ts';
import { UnreadableError } from './permanent-error.ts';

/** Largest data of an event, in bytes of JSON: half of the default `max.message.bytes` of Kafka. */
export const MAX_DATA_BYTES = 524_288;
/** Longest key, in bytes of UTF-8: an AMQP routing key is a short string (AMQP 0-9-1, 4.2.5.3). */
export const MAX_KEY_BYTES = 255;

/** An event as a CloudEvent in binary content mode, for brokers that transport bytes with headers. */
export interface CloudEventMessage {
  /** Context attributes by name, without the prefix of a protocol binding. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const text = (maxBytes: number) =>
  z
    .string('missing')
    .min(1, 'empty')
    .refine((value) => Buffer.byteLength(value) <= maxBytes, `longer than ${maxBytes} bytes`)
    .refine(
      (value) => value.isWellFormed() && !value.includes('\0'),
      'contains NUL or a lone surrogate, which no database stores',
    );

/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/;

/** Required attributes of CloudEvents 1.0 (3.1), and the optional ones that an `Event` has. */
const ATTRIBUTES = z.object({
  specversion: z.literal('1.0', 'not 1.0'),
  id: z.uuid('not a UUID'),
  source: text(2_048),
  type: text(255),
  time: z.iso.datetime({ offset: true, error: 'not a time like 2026-01-02T03:04:05Z' }),
  // CloudEvents extension "Partitioning": the key that defines the order.
  partitionkey: text(MAX_KEY_BYTES),
  datacontenttype: z.string('missing').regex(/^application\/json *(;|$)/i, 'not application/json'),
  // CloudEvents extension "Distributed Tracing". A malformed one is ignored, as W3C Trace Context requires.
  traceparent: z.string().regex(TRACEPARENT).optional().catch(undefined),
});

/**
 * Converts an event to a CloudEvents 1.0 message.
 * @param source publisher as a URI reference, such as `/order`
 * @throws Error when the key or the data exceeds the limits that hold for every broker
 */
export function toMessage(event: Event, source: string): CloudEventMessage {
  const { id, type, key, time, data, traceparent } = event;
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
      ...(traceparent !== undefined && { traceparent }),
    },
    body,
  };
}

/** Returns an error message for an event whose key or data exceeds its size limit; undefined if both fit. */
export function sizeProblem(key: string, dataBytes: number): string | undefined {
  const keyBytes = Buffer.byteLength(key);
  if (keyBytes === 0 || keyBytes > MAX_KEY_BYTES)
    return `has a key of ${keyBytes} bytes; use 1 to ${MAX_KEY_BYTES}`;
  if (dataBytes <= MAX_DATA_BYTES) return undefined;
  return `has data of ${dataBytes} bytes, more than the limit of ${MAX_DATA_BYTES}; store it elsewhere and publish a reference`;
}

/**
 * Converts a message of `topic` to an event. Ignores unknown attributes, as CloudEvents requires.
 * @throws UnreadableError that lists everything that is wrong with the message
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
  const { id, type, partitionkey: key, time, traceparent } = parsed.data;
  const data = dataOf(body);
  const trace = traceparent === undefined ? {} : { traceparent };
  return { id, topic, type, key, time: new Date(time).toISOString(), data, ...trace };
}

/** Matches what Postgres cannot store in `jsonb`, as JSON.stringify escapes it: NUL and lone surrogates. */
const UNSTORABLE = /(?:^|[^\\])(?:\\\\)*\\u(?:0000|d[89a-f])/;

function dataOf(body: Buffer): unknown {
  if (body.length > MAX_DATA_BYTES)
    throw new UnreadableError(`body has ${body.length} bytes, more than the limit of ${MAX_DATA_BYTES}`);
  try {
    const data: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (!UNSTORABLE.test(JSON.stringify(data))) return data;
  } catch (error) {
    throw new UnreadableError(`body of ${body.length} bytes is not JSON: ${String(error)}`);
  }
  throw new UnreadableError('body contains NUL or a lone surrogate, which no database stores');
}
