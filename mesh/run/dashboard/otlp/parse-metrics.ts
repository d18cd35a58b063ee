import {
  checkAttributes,
  checkList,
  checkObject,
  checkString,
  isObject,
  toNumber,
} from './check-attributes.ts';
import { excerptOf, OtlpError } from './otlp-error.ts';
import { attributeTexts, type OtlpAttribute, type OtlpSource } from './otlp-json.ts';
import { parseTime } from './parse-spans.ts';
import { type ParsedRecords, refuseInvalid } from './parsed-records.ts';
import { METRICS, readRequest } from './read-request.ts';

/** A point of a metric. Values of counters and histograms count from the start of the process. */
export interface ReceivedPoint {
  readonly source: OtlpSource;
  readonly metric: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Start of a cumulative value, in microseconds since the epoch; 0 if it is unknown. */
  readonly start: number;
  /** In microseconds since the epoch. */
  readonly time: number;
  /** Value of a counter or gauge, or the number of values of a histogram. */
  readonly value: number;
  /** @default the metric is no histogram */
  readonly histogram?: ReceivedHistogram;
}

export interface ReceivedHistogram {
  readonly sum: number;
  /** Upper bounds, ascending. */
  readonly bounds: readonly number[];
  /** Number of values per bucket, one more than bounds. */
  readonly counts: readonly number[];
}

/** Temporality of a sum or histogram that counts from the previous point, and not from the start of the process. */
const DELTA: readonly unknown[] = [1, 'AGGREGATION_TEMPORALITY_DELTA'];

/** Parses an OTLP/JSON request with metrics. @throws OtlpError if the body is not such a request */
export function parseMetrics(body: unknown): ParsedRecords<ReceivedPoint> {
  const records: ReceivedPoint[] = [];
  const refusals: string[] = [];
  for (const { source, record, path } of readRequest(body, METRICS)) {
    refuseInvalid(refusals, () => {
      for (const parsePoint of pointsOf(source, record, path))
        refuseInvalid(refusals, () => records.push(parsePoint()));
    });
  }
  return { records, refusals };
}

/** Returns functions that parse the points of a metric, so that an invalid point does not prevent the others. */
function pointsOf(source: OtlpSource, value: unknown, path: string): readonly (() => ReceivedPoint)[] {
  const record = checkObject(value, path);
  const name = checkString(record.name, `${path}.name`);
  const { sum, gauge, histogram } = record;
  const data = sum ?? gauge ?? histogram;
  if (!isObject(data))
    throw new OtlpError(
      `${path} (${name}) is no sum, gauge or histogram; the dashboard reads no other metrics`,
    );
  if (DELTA.includes(data.aggregationTemporality))
    throw new OtlpError(
      `${path} (${name}) has delta temporality; export with OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative`,
    );
  const isCounter = isObject(sum) && sum.isMonotonic === true;
  const common = {
    source,
    metric: name,
    type: histogram ? ('histogram' as const) : isCounter ? ('counter' as const) : ('gauge' as const),
    unit: typeof record.unit === 'string' ? record.unit : '',
    help: typeof record.description === 'string' ? record.description : '',
  };
  return checkList(data.dataPoints, `${path}.dataPoints`).map((item, index) => () => {
    const pointPath = `${path}.dataPoints[${index}]`;
    const point = checkObject(item, pointPath);
    checkAttributes(point.attributes, `${pointPath}.attributes`);
    return {
      ...common,
      labels: attributeTexts(point.attributes as readonly OtlpAttribute[] | undefined),
      start: toNumber(point.startTimeUnixNano) > 0 ? parseTime(point.startTimeUnixNano, pointPath) : 0,
      time: parseTime(point.timeUnixNano, `${pointPath}.timeUnixNano`),
      ...(histogram
        ? parseHistogram(point, pointPath)
        : { value: parseNumber(point.asDouble ?? point.asInt, `${pointPath}.asDouble`) }),
    };
  });
}

function parseHistogram(
  point: Readonly<Record<string, unknown>>,
  path: string,
): Pick<ReceivedPoint, 'value' | 'histogram'> {
  const bounds = numbers(point.explicitBounds, `${path}.explicitBounds`);
  const counts = numbers(point.bucketCounts, `${path}.bucketCounts`);
  // Without buckets, a histogram has only a count and a sum.
  if (counts.length !== bounds.length + 1 && (counts.length > 0 || bounds.length > 0))
    throw new OtlpError(
      `${path} has ${counts.length} bucketCounts and ${bounds.length} explicitBounds; send one count more than bounds`,
    );
  const sum = point.sum === undefined ? 0 : parseNumber(point.sum, `${path}.sum`);
  return { value: parseNumber(point.count, `${path}.count`), histogram: { sum, bounds, counts } };
}

function numbers(value: unknown, path: string): readonly number[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new OtlpError(`${path} is ${excerptOf(value)}; it must be a list`);
  return value.map((item) => parseNumber(item, path));
}

function parseNumber(value: unknown, path: string): number {
  const number = toNumber(value);
  if (Number.isFinite(number)) return number;
  throw new OtlpError(`${path} is ${excerptOf(value)}; it must be a number`);
}
