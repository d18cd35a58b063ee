import { OtlpError } from './otlp-error.ts';
import { readRequest, type SignalFields, type SourcedRecord } from './read-request.ts';

/** Valid records of a request, and the reasons why others are refused. */
export interface ParsedRecords<T> {
  readonly records: readonly T[];
  /** One message per refused record. */
  readonly refusals: readonly string[];
}

/**
 * Parses each record of a request on its own, so that an invalid one does not prevent the others.
 *
 * @throws OtlpError if the body is not a request of this signal
 */
export function parseRecords<T>(
  body: unknown,
  fields: SignalFields,
  parse: (record: SourcedRecord) => T,
): ParsedRecords<T> {
  const records: T[] = [];
  const refusals: string[] = [];
  for (const record of readRequest(body, fields)) refuseInvalid(refusals, () => records.push(parse(record)));
  return { records, refusals };
}

/** Adds the message of an OtlpError to the refusals. */
export function refuseInvalid(refusals: string[], parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof OtlpError)) throw error;
    refusals.push(error.message);
  }
}
