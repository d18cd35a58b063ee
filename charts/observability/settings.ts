/** Parts of the observability stack. Each can be left out. */
export const OBSERVABILITY_PARTS = [
  'collector',
  'jaeger',
  'prometheus',
  'alertmanager',
  'loki',
  'grafana',
  'kiali',
] as const;
export type ObservabilityPart = (typeof OBSERVABILITY_PARTS)[number];

/** The observability stack of an environment. Parts are included unless they are `false`. */
export interface ObservabilitySettings extends Readonly<Partial<Record<ObservabilityPart, boolean>>> {
  /** Share of the traces without an error and below `slowTraceMs` that the collector keeps, in percent, 0 to 100. */
  readonly keptTracesPercent: number;
  /** Duration from which the collector keeps every trace, in milliseconds. */
  readonly slowTraceMs: number;
  /** Time from the first span of a trace until the collector decides whether to keep it, in seconds. */
  readonly traceDecisionSeconds: number;
  /** Number of traces that Jaeger keeps in memory. */
  readonly maxTraces: number;
  /** Days that Prometheus keeps samples and Loki keeps logs. */
  readonly retentionDays: number;
  /** Size of each volume, of Prometheus, Loki and Alertmanager, in GiB. */
  readonly storageGiB: number;
  /** Interval of Prometheus between two scrapes of a target, in seconds. */
  readonly scrapeSeconds: number;
  /** Whether the collector writes metrics of OTLP to Prometheus. @default false: Prometheus scrapes them */
  readonly hasOtlpMetrics?: boolean;
  /** Factor on the CPU and memory of all parts. @default 1, for a small cluster */
  readonly sizeFactor?: number;
}

/** For each part, the parts of which it needs at least one. */
const NEEDS: Readonly<Partial<Record<ObservabilityPart, readonly ObservabilityPart[]>>> = {
  collector: ['jaeger', 'loki'],
  alertmanager: ['prometheus'],
  grafana: ['prometheus', 'loki', 'jaeger'],
  kiali: ['prometheus'],
};

/**
 * Returns the included parts.
 * @throws Error if a part needs another one that is left out, or a number is out of range
 */
export function partsOf(settings: ObservabilitySettings): ReadonlySet<ObservabilityPart> {
  const parts = new Set(OBSERVABILITY_PARTS.filter((part) => settings[part] !== false));
  for (const part of parts) {
    const needed = NEEDS[part];
    if (!needed || needed.some((other) => parts.has(other))) continue;
    throw new Error(
      `observability.${part} needs ${needed.join(' or ')}, which ${needed.length > 1 ? 'are' : 'is'} left out; include ${needed.length > 1 ? 'one' : 'it'}, or leave ${part} out`,
    );
  }
  if (settings.hasOtlpMetrics && !parts.has('prometheus'))
    throw new Error('observability.hasOtlpMetrics is true, but prometheus is left out; include it');
  requireRange('keptTracesPercent', settings.keptTracesPercent, 0, 100);
  requireRange('traceDecisionSeconds', settings.traceDecisionSeconds, 1, 300);
  requireRange('retentionDays', settings.retentionDays, 1, 3_650);
  requireRange('scrapeSeconds', settings.scrapeSeconds, 1, 300);
  return parts;
}

function requireRange(
  field: keyof ObservabilitySettings,
  value: number,
  minimum: number,
  maximum: number,
): void {
  if (value >= minimum && value <= maximum) return;
  throw new Error(`observability.${field} is ${value}: use a number from ${minimum} to ${maximum}`);
}
