import { lineWriter } from './line-writer.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Fields of a log line. They must not contain secrets, because nothing is redacted. */
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

const writeToOutput = lineWriter(process.stdout);

/**
 * Returns a log that writes each message as one line of JSON or text. An Error in a field keeps its stack and causes.
 */
export function createLog(fields: LogFields, options: LogOptions = {}): Log {
  const { format = 'json', level = 'info', write = writeToOutput } = options;
  const minLevel = LOG_LEVELS.indexOf(level);
  const line =
    (at: LogLevel) =>
    (message: string, more: LogFields = {}) => {
      if (LOG_LEVELS.indexOf(at) < minLevel) return;
      const time = new Date().toISOString();
      if (format === 'json') {
        write(`${asJson({ time, level: at, message, ...fields, ...more })}\n`);
      } else {
        write(`${time.slice(11, 23)} ${at.padEnd(5)} ${message}${asText({ ...fields, ...more })}\n`);
      }
    };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    child: (more) => createLog({ ...fields, ...more }, options),
  };
}

/** Formats a line. JSON.stringify is slower with a replacer, which most lines do not need. */
function asJson(line: LogFields): string {
  for (const name in line) {
    const kind = typeof line[name];
    if (kind === 'object' || kind === 'bigint') return JSON.stringify(line, replacer);
  }
  return JSON.stringify(line);
}

function replacer(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return value instanceof Error ? describe(value) : value;
}

function describe(error: Error): object {
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? { code: error.code } : {};
  return { name, message, ...code, stack, ...(cause === undefined ? {} : { cause }) };
}

function asText(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([key, value]) => key !== 'service' && value !== undefined)
    .map(([key, value]) => {
      if (value instanceof Error) return ` ${key}=${value.stack ?? value.message}`;
      return ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value, replacer)}`;
    })
    .join('');
}
