import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import type { EdgeBody } from '../../../mesh/policy/edge.ts';
import { serviceError } from '../errors/service-error.ts';
import { bodyChunks } from './body-chunks.ts';
import { parseJson } from './json-text.ts';
import { checkMediaType } from './media-type.ts';
import type { BodyLimits } from './read-body.ts';
import { parseWith } from './violations.ts';

const LINE_FEED = 0x0a;

/** Values of a body with one value per line, and their line numbers, counted from 1. */
export interface Lines<T> extends AsyncIterable<T> {
  /** Line numbers of the values read so far. Callers may remove numbers that they no longer need from the front. */
  readonly numbers: number[];
}

/**
 * Reads a body of one JSON object per line (NDJSON) on demand. Empty lines are skipped. A body may have any length,
 * because at most one line is in memory.
 * @throws ServiceError that names the line, counted from 1
 */
export function readLines<S extends z.ZodType>(
  request: IncomingMessage,
  schema: S,
  { mediaTypes }: EdgeBody,
  limits: BodyLimits,
): Lines<z.output<S>> {
  const numbers: number[] = [];
  return { numbers, [Symbol.asyncIterator]: () => parseLines(request, schema, mediaTypes, limits, numbers) };
}

async function* parseLines<S extends z.ZodType>(
  request: IncomingMessage,
  schema: S,
  mediaTypes: readonly string[],
  limits: BodyLimits,
  numbers: number[],
): AsyncGenerator<z.output<S>> {
  checkMediaType(request, mediaTypes);
  let number = 0;
  for await (const line of splitLines(request, limits)) {
    number += 1;
    if (line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) continue;
    const value = parseWith(schema, parseJson(line, ` in line ${number}`), `line ${number}`);
    numbers.push(number);
    yield value;
  }
}

async function* splitLines(request: IncomingMessage, limits: BodyLimits): AsyncGenerator<Buffer> {
  let partialLine: Buffer[] = [];
  let size = 0;
  const keep = (part: Buffer) => {
    size += part.length;
    if (size > limits.lineBytes) {
      throw serviceError('body-too-large', { metadata: { limit: `${limits.lineBytes} (in one line)` } });
    }
    partialLine.push(part);
  };
  for await (const chunk of bodyChunks(request, { timeoutMs: limits.timeoutMs, appliesTo: 'chunk' })) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      keep(chunk.subarray(start, end));
      yield Buffer.concat(partialLine);
      partialLine = [];
      size = 0;
      start = end + 1;
    }
    keep(chunk.subarray(start));
  }
  if (size > 0) yield Buffer.concat(partialLine);
}
