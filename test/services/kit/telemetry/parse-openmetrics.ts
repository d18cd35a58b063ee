/** A sample of OpenMetrics. */
export interface OpenSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly time: number;
  };
}

/** A metric of OpenMetrics with its samples. */
export interface OpenMetric {
  readonly name: string;
  readonly type: string;
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly OpenSample[];
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const NUMBER = '[+-]?(?:\\d+(?:\\.\\d+)?(?:e[+-]?\\d+)?|Inf)|NaN';
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"';
const LABELS = `\\{(?:${LABEL}(?:,${LABEL})*)?\\}`;
const META = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.*)$`, 's');
const SAMPLE = new RegExp(
  `^(${NAME})(${LABELS})? (${NUMBER})(?: # (${LABELS}) (${NUMBER}) (\\d+(?:\\.\\d+)?))?$`,
  's',
);
/** Ends of sample names by type, as far as processes of Weft use them. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total'],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
};

/**
 * Parses a text by the rules of OpenMetrics 1.0, and throws an error for whatever breaks one
 * (https://prometheus.io/docs/specs/om/open_metrics_spec/).
 */
export function parseOpenMetrics(text: string): readonly OpenMetric[] {
  if (!/(?:^|\n)# EOF\n$/.test(text)) throw new Error('the text does not end in # EOF');
  const metrics: { name: string; type: string; unit: string; help: string; samples: OpenSample[] }[] = [];
  const series = new Set<string>();
  for (const line of text.slice(0, -'# EOF\n'.length).split('\n').slice(0, -1)) {
    const [, keyword, subject = '', rest = ''] = META.exec(line) ?? [];
    let current = metrics.at(-1);
    if (keyword) {
      if (current?.name !== subject) {
        if (metrics.some(({ name }) => name === subject))
          throw new Error(`${subject} is interleaved: ${line}`);
        current = { name: subject, type: '', unit: '', help: '', samples: [] };
        metrics.push(current);
      }
      if (current.samples.length > 0) throw new Error(`metadata behind samples: ${line}`);
      if (keyword === 'TYPE') current.type = rest;
      if (keyword === 'HELP') current.help = rest;
      if (keyword === 'UNIT') current.unit = rest;
      if (keyword === 'UNIT' && !subject.endsWith(`_${rest}`))
        throw new Error(`the name lacks its unit: ${line}`);
      continue;
    }
    const [, name = '', labels = '', value = '', exemplarLabels, exemplarValue, exemplarTime] =
      SAMPLE.exec(line) ?? [];
    if (!name || !current) throw new Error(`not a sample: ${line}`);
    const suffix = name.slice(current.name.length);
    if (!name.startsWith(current.name) || !SUFFIXES[current.type]?.includes(suffix))
      throw new Error(`the sample does not belong to ${current.type} ${current.name}: ${line}`);
    const key = `${name}${labels}`;
    if (series.has(key)) throw new Error(`duplicate series: ${line}`);
    series.add(key);
    const sample = { name, labels: parseLabels(labels), value: toNumber(value) };
    if (suffix === '_bucket' && !/^(?:\+Inf|\d+\.\d+)$/.test(sample.labels.le ?? ''))
      throw new Error(`le is not a canonical number: ${line}`);
    if (exemplarLabels === undefined) current.samples.push(sample);
    else {
      if (suffix !== '_bucket' && suffix !== '_total') throw new Error(`no exemplar is allowed: ${line}`);
      const exemplar = {
        labels: parseLabels(exemplarLabels),
        value: toNumber(exemplarValue ?? ''),
        time: Number(exemplarTime),
      };
      if (Object.entries(exemplar.labels).flat().join('').length > 128)
        throw new Error(`long exemplar: ${line}`);
      current.samples.push({ ...sample, exemplar });
    }
  }
  for (const metric of metrics) if (metric.type === 'histogram') checkHistogram(metric);
  return metrics;
}

/** Checks that the buckets ascend, are cumulative, and end in the count. */
function checkHistogram({ name, samples }: OpenMetric): void {
  const groups = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  for (const [labels, group] of groups) {
    const buckets = group.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map((sample) => toNumber(sample.labels.le ?? ''));
    const counts = buckets.map(({ value }) => value);
    const count = group.find((sample) => sample.name === `${name}_count`)?.value;
    const isAscending = (list: readonly number[]) =>
      list.every((one, at) => at === 0 || one >= (list[at - 1] ?? 0));
    if (!isAscending(bounds) || !isAscending(counts) || bounds.at(-1) !== Infinity || counts.at(-1) !== count)
      throw new Error(`the buckets of ${name}${labels} are wrong`);
  }
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"/gs)];
  const names = pairs.map(([, name]) => name);
  if (new Set(names).size < names.length) throw new Error(`duplicate label: ${text}`);
  return Object.fromEntries(
    pairs.map(([, name = '', value = '']) => [
      name,
      value.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char)),
    ]),
  );
}

function toNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}
