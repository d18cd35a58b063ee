import type { MetricDefinition } from '../../../mesh/policy/metrics.ts';

/** Maximum length of a label value, in UTF-16 code units. Longer values are cut. */
const MAX_LABEL_LENGTH = 256;
/** Value of each label of the series that receives the values above the cap. */
const OTHER = 'other';
const OTHER_KEY = keyOf(OTHER);

/** A sampled span during which a value was observed. */
export interface Exemplar {
  readonly traceId: string;
  readonly spanId: string;
}

export interface RecordedExemplar extends Exemplar {
  readonly value: number;
  /** Time of the observation, in milliseconds since the epoch. */
  readonly time: number;
}

/** Buckets of a histogram series. */
export interface Buckets {
  /** Number of values per bucket, not cumulative. The last bucket has the values above all bounds. */
  readonly counts: number[];
  /** Last exemplar per bucket. */
  readonly exemplars: (RecordedExemplar | undefined)[];
  sum: number;
}

/** One combination of label values. */
export interface MetricSeries {
  /** Label values in the order of the definition's label names. */
  readonly labelValues: readonly string[];
  /** Current value of a counter or gauge. */
  value: number;
  /** Returns the current value in place of `value`. */
  read?: () => number;
  /** Undefined for counters and gauges. */
  readonly buckets: Buckets | undefined;
}

/**
 * The series of one metric. A series occupies memory until the process exits, so their number is limited. Values with
 * further combinations of labels are recorded in one series whose labels all have the value `other`.
 */
export class MetricFamily {
  readonly name: string;
  readonly definition: MetricDefinition;
  readonly #series = new Map<string, MetricSeries>();
  readonly #maxSeries: number;
  readonly #onDropped: (name: string) => void;

  /** @param onDropped called for each value that is recorded in the series `other` */
  constructor(
    name: string,
    definition: MetricDefinition,
    maxSeries: number,
    onDropped: (name: string) => void,
  ) {
    this.name = name;
    this.definition = definition;
    this.#maxSeries = maxSeries;
    this.#onDropped = onDropped;
  }

  get series(): Iterable<MetricSeries> {
    return this.#series.values();
  }

  /** Returns the series with these labels. Creates it if the cap allows. */
  find(labels: Readonly<Record<string, string>>): MetricSeries {
    let key = '';
    for (const name of this.definition.labels) {
      const value = labels[name] ?? '';
      key += keyOf(value);
    }
    return this.#series.get(key) ?? this.#create(key, labels);
  }

  #create(key: string, labels: Readonly<Record<string, string>>): MetricSeries {
    const names = this.definition.labels;
    if (this.#series.size < this.#maxSeries)
      return this.#add(
        key,
        names.map((name) => cut(labels[name] ?? '')),
      );
    this.#onDropped(this.name);
    const otherKey = OTHER_KEY.repeat(names.length);
    return (
      this.#series.get(otherKey) ??
      this.#add(
        otherKey,
        names.map(() => OTHER),
      )
    );
  }

  #add(key: string, labelValues: readonly string[]): MetricSeries {
    const { bounds } = this.definition;
    const buckets = bounds && {
      counts: [...bounds, 0].fill(0),
      exemplars: [...bounds, undefined].map(() => undefined),
      sum: 0,
    };
    const series = { labelValues, value: 0, buckets };
    this.#series.set(key, series);
    return series;
  }
}

/** Returns the key of a label value. Its length keeps joined keys of different values different. */
function keyOf(value: string): string {
  return value.length <= MAX_LABEL_LENGTH ? `${value.length}:${value}` : `:${cut(value)}`;
}

function cut(value: string): string {
  if (value.length <= MAX_LABEL_LENGTH) return value;
  // A slice would keep the long string in memory.
  return Buffer.from(value.slice(0, MAX_LABEL_LENGTH)).toString();
}
