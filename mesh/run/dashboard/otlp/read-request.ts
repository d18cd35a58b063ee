import { attributeText, type OtlpAttribute, type OtlpSource } from './otlp-json.ts';
import { excerptOf, OtlpError } from './otlp-error.ts';

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

type JsonObject = Readonly<Record<string, unknown>>;

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
  for (const [at, resourceEntry] of list(body, fields.resources, '').entries()) {
    const path = `${fields.resources}[${at}]`;
    const entry = object(resourceEntry, path);
    const resource = entry.resource === undefined ? {} : object(entry.resource, `${path}.resource`);
    const attributes = list(resource, 'attributes', `${path}.resource.`) as readonly OtlpAttribute[];
    const service = attributeText(attributes, 'service.name') || 'unknown_service';
    const instance = attributeText(attributes, 'service.instance.id') ?? '';
    const resourceJson = JSON.stringify(resource);
    for (const [index, scopeEntry] of list(entry, fields.scopes, `${path}.`).entries()) {
      const scopePath = `${path}.${fields.scopes}[${index}]`;
      const scoped = object(scopeEntry, scopePath);
      const source = {
        service,
        instance,
        resource: resourceJson,
        scope: JSON.stringify(scoped.scope ?? {}),
      };
      for (const [number, record] of list(scoped, fields.records, `${scopePath}.`).entries())
        yield { source, record, path: `${scopePath}.${fields.records}[${number}]` };
    }
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(value: unknown, path: string): JsonObject {
  if (isObject(value)) return value;
  throw new OtlpError(`${path} is ${excerptOf(value)}; it must be an object`);
}

/** Returns a list. A missing one is empty, because proto3 JSON leaves empty lists out. */
function list(parent: JsonObject, name: string, prefix: string): readonly unknown[] {
  const value = parent[name] ?? [];
  if (Array.isArray(value)) return value;
  throw new OtlpError(`${prefix}${name} is ${excerptOf(value)}; it must be a list`);
}
