/** Condition on a label: a text that it equals, or a comparison. */
export type LabelMatch =
  | string
  | {
      readonly operator:
        | '!='
        | '=~'
        | '!~' /** For `=~` and `!~` an RE2 pattern, which matches whole values. */;
      readonly value: string;
    };

/** Conditions on the labels of a series, by label. */
export type Matchers = Readonly<Record<string, LabelMatch>>;

/**
 * Returns a selector of the series of a metric: `up{namespace="shop",service="order"}`.
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
export function selector(metric: string, matchers: Matchers): string {
  const parts = Object.entries(matchers).map(([label, match]) =>
    typeof match === 'string' ? `${label}=${quote(match)}` : `${label}${match.operator}${quote(match.value)}`,
  );
  return parts.length === 0 ? metric : `${metric}{${parts.join(',')}}`;
}

/** Matches any of the values. */
export function oneOf(values: readonly string[]): LabelMatch {
  return { operator: '=~', value: values.map(escapePattern).join('|') };
}

/** Matches everything except the values. */
export function noneOf(values: readonly string[]): LabelMatch {
  return { operator: '!~', value: values.map(escapePattern).join('|') };
}

/** Escapes a text for use in an RE2 pattern. */
export function escapePattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** Quotes a string as in Go, which PromQL follows. */
function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}
