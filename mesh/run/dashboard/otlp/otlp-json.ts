/*
 * The parts of OTLP/JSON that the dashboard reads. Other fields are stored and returned unchanged.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */

/** Value of an attribute. Exactly one field is set. */
export interface OtlpValue {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly intValue?: string | number;
  readonly doubleValue?: number | string;
  readonly arrayValue?: { readonly values?: readonly OtlpValue[] };
  readonly kvlistValue?: { readonly values?: readonly OtlpAttribute[] };
  readonly bytesValue?: string;
}

export interface OtlpAttribute {
  readonly key: string;
  readonly value?: OtlpValue;
}

export interface OtlpEvent {
  readonly name?: string | null;
  readonly timeUnixNano?: string | number;
  readonly attributes?: readonly OtlpAttribute[];
}

export interface OtlpLink {
  readonly traceId?: string;
  readonly spanId?: string;
}

export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. `parseSpans` converts names. */
  readonly kind: number;
  readonly startTimeUnixNano: string | number;
  readonly endTimeUnixNano: string | number;
  readonly attributes?: readonly OtlpAttribute[];
  readonly events?: readonly OtlpEvent[];
  readonly links?: readonly OtlpLink[];
  /** Code 2 is an error. */
  readonly status?: { readonly code?: number | string; readonly message?: string };
}

export interface OtlpLogRecord {
  readonly timeUnixNano?: string | number;
  readonly observedTimeUnixNano?: string | number;
  readonly severityNumber?: number;
  readonly severityText?: string;
  readonly body?: OtlpValue;
  readonly attributes?: readonly OtlpAttribute[];
  readonly traceId?: string;
  readonly spanId?: string;
}

/** Process that sent telemetry. */
export interface OtlpSource {
  /** Attribute `service.name`, or `unknown_service`. */
  readonly service: string;
  /** Attribute `service.instance.id`. Empty if it is missing. */
  readonly instance: string;
  /** The resource as JSON. */
  readonly resource: string;
  /** Instrumentation scope as JSON. */
  readonly scope: string;
}

/** Returns a value as text. Lists and maps are JSON. */
export function valueText(value: OtlpValue | undefined): string {
  if (!value) return '';
  if (typeof value.stringValue === 'string') return value.stringValue;
  const plain = plainValue(value);
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain ?? '');
}

function plainValue(value: OtlpValue): unknown {
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue)
    return Object.fromEntries(
      (value.kvlistValue.values ?? []).map((entry) => [entry.key, plainValue(entry.value ?? {})]),
    );
  return value.stringValue ?? value.boolValue ?? value.intValue ?? value.doubleValue ?? value.bytesValue;
}

/** Returns the text of an attribute; undefined if it is missing. */
export function attributeText(
  attributes: readonly OtlpAttribute[] | undefined,
  key: string,
): string | undefined {
  if (!attributes) return undefined;
  for (const attribute of attributes) if (attribute?.key === key) return valueText(attribute.value);
  return undefined;
}

/** Returns all attributes as texts. */
export function attributeTexts(
  attributes: readonly OtlpAttribute[] | undefined,
): Readonly<Record<string, string>> {
  return Object.fromEntries((attributes ?? []).map(({ key, value }) => [key, valueText(value)]));
}

/** Returns a time in microseconds since the epoch. A double cannot represent nanoseconds. */
export function microseconds(nanoseconds: string | number | undefined): number {
  return Math.round(Number(nanoseconds ?? 0) / 1_000);
}

/** Prefix of the events that the kit adds for decisions of the in-app layer. */
const DECISION_PREFIX = 'weft.call.';

/** Returns the kind of decision that an event records, such as `retried`; undefined if it records none. */
export function decisionKind({ name }: OtlpEvent): string | undefined {
  return name?.startsWith(DECISION_PREFIX) ? name.slice(DECISION_PREFIX.length) : undefined;
}
