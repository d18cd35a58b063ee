import { z } from 'zod';
import { numberSetting } from './number-setting.ts';

/** Longest interval between two exports of metrics, in milliseconds. */
const MAX_EXPORT_INTERVAL_MS = 3_600_000;

const exporter = z.enum(['otlp', 'none'], "use 'otlp' or 'none'");

const scheduleDelay = numberSetting(
  'use a whole number of milliseconds from 100 to 60000',
  (ms) => Number.isInteger(ms) && ms >= 100 && ms <= 60_000,
).default(5_000);

/**
 * Environment variables of the telemetry of a process. Those of OpenTelemetry have the names, meanings and defaults of
 * its specification, unless stated otherwise.
 * @see https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 */
export const TELEMETRY_ENVIRONMENT = {
  /** Base URL of OTLP over HTTP, such as http://collector:4318. Without it, nothing is exported. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'use a URL such as http://collector:4318' })
    .refine(
      (url) => !/[@?#]/.test(url),
      'use a URL without credentials, query and fragment; send credentials in OTEL_EXPORTER_OTLP_HEADERS',
    )
    .optional(),
  OTEL_TRACES_EXPORTER: exporter.default('otlp'),
  OTEL_METRICS_EXPORTER: exporter.default('otlp'),
  OTEL_LOGS_EXPORTER: exporter.default('otlp'),
  /** Share of the traces that begin in this process and are sampled. A request's own decision takes precedence. */
  OTEL_TRACES_SAMPLER_ARG: numberSetting(
    'use a number from 0 to 1',
    (ratio) => ratio >= 0 && ratio <= 1,
  ).default(1),
  /** `key=value` pairs, separated by commas; values are percent-encoded. */
  OTEL_RESOURCE_ATTRIBUTES: z.string().default('').transform(parseAttributes),
  OTEL_METRIC_EXPORT_INTERVAL: numberSetting(
    `use a whole number of milliseconds from 100 to ${MAX_EXPORT_INTERVAL_MS}`,
    (ms) => Number.isInteger(ms) && ms >= 100 && ms <= MAX_EXPORT_INTERVAL_MS,
  ).default(60_000),
  /** Longest time that a span waits for its export, in milliseconds. */
  OTEL_BSP_SCHEDULE_DELAY: scheduleDelay,
  /** Longest time that a log line waits for its export, in milliseconds. */
  OTEL_BLRP_SCHEDULE_DELAY: scheduleDelay,
  /** Keys of the W3C baggage that are passed on, separated by commas. */
  WEFT_BAGGAGE: z
    .string()
    .default('')
    .transform((keys) =>
      keys
        .split(',')
        .map((key) => key.trim())
        .filter(Boolean),
    )
    .refine(
      (keys) => keys.every((key) => /^[\w!#$%&'*+.^`|~-]+$/.test(key)),
      'use keys of W3C Baggage, separated by commas',
    ),
} as const;

export type TelemetrySettings = z.infer<z.ZodObject<typeof TELEMETRY_ENVIRONMENT>>;

/** Parses pairs of W3C Baggage, as OpenTelemetry does. */
function parseAttributes(text: string, context: z.RefinementCtx): Readonly<Record<string, string>> {
  const attributes: Record<string, string> = {};
  for (const pair of text.split(',')) {
    if (pair.trim() === '') continue;
    const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    try {
      if (key === undefined || value === undefined) throw new Error('no key=value pair');
      attributes[key] = decodeURIComponent(value);
    } catch {
      context.addIssue({
        code: 'custom',
        message: `'${pair}' is not a pair key=value; percent-encode its value`,
      });
    }
  }
  return attributes;
}
