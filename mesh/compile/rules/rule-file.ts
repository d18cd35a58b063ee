/** A rule file of Prometheus. @see https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/ */
export interface RuleFile {
  readonly groups: readonly RuleGroup[];
}

/** Rules that are evaluated in order, so that a rule can read what the previous ones recorded. */
export interface RuleGroup {
  /** Unique in the file. */
  readonly name: string;
  readonly rules: readonly Rule[];
}

export type Rule = RecordingRule | AlertingRule;

/** Stores the result of a query as a new series. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** Labels that are added to the result. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Fires for each series in the result of a query. */
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  /** How long the result must last before the alert fires. @default fires at once */
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>> & { readonly severity: AlertSeverity };
  readonly annotations: AlertAnnotations;
}

/** `page` needs a person now, `ticket` within days. */
export type AlertSeverity = 'page' | 'ticket';

export interface AlertAnnotations {
  readonly summary: string;
  /** Meaning of the alert, and the first thing to look at. */
  readonly description: string;
  /** Id of the dashboard that shows the cause. */
  readonly dashboard: string;
}
