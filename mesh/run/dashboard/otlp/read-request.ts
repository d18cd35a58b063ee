import { checkAttributes, checkList, checkObject, isObject } from './check-attributes.ts';
import { excerptOf, OtlpError } from './otlp-error.ts';
import { attributeText, type OtlpAttribute, type OtlpSource } from './otlp-json.ts';

/** Names of the lists in a request of one signal. */
export interface SignalFields {
  /** Such as `resourceSpans`. */
  readonly resources: string;
  /** Such as `scopeSpans`. */
  readonly scopes: string;
  /** Such as `spans`. */
  readonly records: string;
}

export const TRACES: SignalFields = { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' };
export const LOGS: SignalFields = { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' };
export const METRICS: SignalFields = {
  resources: 'resourceMetrics',
  scopes: 'scopeMetrics',
  records: 'metrics',
};

/** A record of a request, not yet validated, with its source. */
export interface SourcedRecord {
  readonly source: OtlpSource;
  readonly record: unknown;
  /** Path in the request, for messages. */
  readonly path: string;
}

/**
 * Yields the records of an OTLP/JSON request in their order.
 *
 * @param body parsed JSON
 * @throws OtlpError if the body is not a request of this signal
 */
export function* readRequest(body: unknown, fields: SignalFields): Generator<SourcedRecord> {
  if (!isObject(body) || !(fields.resources in body)) {
    const other = [TRACES, LOGS, METRICS].find((signal) => isObject(body) && signal.resources in body);
    const advice = other
      ? `it has '${other.resources}', which belongs to another path`
      : `it is ${excerptOf(body)}`;
    throw new OtlpError(`the body has no '${fields.resources}': ${advice}; send OTLP/JSON`);
  }
  for (const [at, resourceEntry] of checkList(body[fields.resources], fields.resources).entries()) {
    const path = `${fields.resources}[${at}]`;
    const entry = checkObject(resourceEntry, path);
    const resource = checkObject(entry.resource ?? {}, `${path}.resource`);
    checkAttributes(resource.attributes, `${path}.resource.attributes`);
    const attributes = (resource.attributes ?? []) as readonly OtlpAttribute[];
    const service = attributeText(attributes, 'service.name') || 'unknown_service';
    const instance = attributeText(attributes, 'service.instance.id') ?? '';
    const resourceJson = JSON.stringify(resource);
    for (const [index, scopeEntry] of checkList(entry[fields.scopes], `${path}.${fields.scopes}`).entries()) {
      const scopePath = `${path}.${fields.scopes}[${index}]`;
      const scoped = checkObject(scopeEntry, scopePath);
      const source = {
        service,
        instance,
        resource: resourceJson,
        scope: JSON.stringify(checkObject(scoped.scope ?? {}, `${scopePath}.scope`)),
      };
      const recordsPath = `${scopePath}.${fields.records}`;
      for (const [number, record] of checkList(scoped[fields.records], recordsPath).entries())
        yield { source, record, path: `${recordsPath}[${number}]` };
    }
  }
}
