import { isSpanContextValid, trace } from '@opentelemetry/api';
import { pino } from 'pino';
import { lineWriter } from './line-writer.ts';
import { emitLogRecord } from './log-bridge.ts';
import { redactFields } from './redact.ts';
import { redactText } from './secret-text.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields of a log line. Secrets and personal data are redacted (redact.ts). */
export type LogFields = Readonly<Record<string, unknown>>;

/** A structured log with one line per message. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** Returns a log that adds `fields` to each line. */
  child(fields: LogFields): Log;
}

export interface LogOptions {
  /** @default 'json' */
  readonly format?: 'json' | 'text';
  /** Minimum level of the lines that are written. @default 'info' */
  readonly level?: LogLevel;
  /** @default standard output */
  readonly write?: (line: string) => void;
}

/** Writes a line whose fields are redacted. */
type LineSink = (level: LogLevel, message: string, fields: LogFields) => void;

const writeToOutput = lineWriter(process.stdout);

/**
 * Returns a log that writes each message as one line of JSON or text, and passes it to the OpenTelemetry SDK if the
 * process has started one. A line of JSON has the trace and the span in which it was logged. An Error in a field keeps
 * its stack and causes.
 */
export function createLog(fields: LogFields, options: LogOptions = {}): Log {
  const { format = 'json', level = 'info', write = writeToOutput } = options;
  const sink = format === 'json' ? jsonSink(write) : textSink(write);
  return new RedactingLog(sink, LOG_LEVELS.indexOf(level), undefined, fields);
}

/** A log of its own for each request costs little, because its fields are only redacted for its first line. */
class RedactingLog implements Log {
  readonly #sink: LineSink;
  readonly #minLevel: number;
  readonly #parent: RedactingLog | undefined;
  readonly #fields: LogFields;
  #redacted: LogFields | undefined;

  constructor(sink: LineSink, minLevel: number, parent: RedactingLog | undefined, fields: LogFields) {
    this.#sink = sink;
    this.#minLevel = minLevel;
    this.#parent = parent;
    this.#fields = fields;
  }

  debug(message: string, fields?: LogFields): void {
    if (this.#minLevel <= 0) this.#write('debug', message, fields);
  }

  info(message: string, fields?: LogFields): void {
    if (this.#minLevel <= 1) this.#write('info', message, fields);
  }

  warn(message: string, fields?: LogFields): void {
    if (this.#minLevel <= 2) this.#write('warn', message, fields);
  }

  error(message: string, fields?: LogFields): void {
    this.#write('error', message, fields);
  }

  child(fields: LogFields): Log {
    return new RedactingLog(this.#sink, this.#minLevel, this, fields);
  }

  #write(level: LogLevel, message: string, fields: LogFields | undefined): void {
    const text = redactText(message);
    const ownFields = this.#redactedFields();
    const safe = fields ? redactFields(fields, ownFields) : ownFields;
    this.#sink(level, text, safe);
    emitLogRecord(level, text, safe);
  }

  #redactedFields(): LogFields {
    if (this.#redacted) return this.#redacted;
    const inherited = this.#parent ? this.#parent.#redactedFields() : undefined;
    this.#redacted = redactFields(this.#fields, inherited);
    return this.#redacted;
  }
}

function jsonSink(write: (line: string) => void): LineSink {
  const logger = pino(
    {
      level: 'debug',
      base: null,
      messageKey: 'message',
      timestamp: () => `,"time":"${isoTime(Date.now())}"`,
      formatters: { level: (level) => ({ level }) },
      mixin: activeSpan,
      mixinMergeStrategy: (line, span) => (span === NO_SPAN ? line : { ...line, ...span }),
    },
    { write },
  );
  // pino writes a message that it receives as an argument behind all fields.
  return (level, message, fields) => logger[level]({ message, ...fields });
}

let second = 0;
let secondText = '';

/** Returns a time as `toISOString` does. Formats once per second, which is most of the cost of a line. */
function isoTime(ms: number): string {
  const now = Math.floor(ms / 1_000);
  if (now !== second) {
    second = now;
    secondText = new Date(ms).toISOString().slice(0, 20);
  }
  return `${secondText}${String(ms % 1_000).padStart(3, '0')}Z`;
}

const NO_SPAN = {};

/** Returns the fields of the active span, if there is one. */
function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span && isSpanContextValid(span) ? { trace_id: span.traceId, span_id: span.spanId } : NO_SPAN;
}

function textSink(write: (line: string) => void): LineSink {
  return (level, message, fields) => {
    const time = new Date().toISOString().slice(11, 23);
    write(`${time} ${level.padEnd(5)} ${message}${asText(fields)}\n`);
  };
}

function asText(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([key, value]) => key !== 'service' && value !== undefined)
    .map(([key, value]) => ` ${key}=${asWord(value)}`)
    .join('');
}

/** Returns the stack of a redacted error, and other values as JSON. */
function asWord(value: unknown): string {
  if (typeof value === 'string') return value;
  const isError = typeof value === 'object' && value !== null && 'stack' in value;
  return isError && typeof value.stack === 'string' ? value.stack : JSON.stringify(value);
}
