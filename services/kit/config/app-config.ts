import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { comparePrecedence } from '../../../mesh/policy/edge-paths.ts';
import { RANGES, type Range } from '../../../mesh/policy/ranges.ts';
import { RETRY_CONDITIONS } from '../../../mesh/policy/retries.ts';
import { SettingsError } from '../errors/settings-error.ts';
import { appEvents } from './app-events.ts';
import { address, duration } from './field-schemas.ts';
import { appTls } from './tls.ts';

/** Returns the schema of a number in the range that mesh/policy/ranges.ts declares for `field`. */
function inRange(field: keyof typeof RANGES) {
  const { min, max, isInteger = false }: Range = RANGES[field];
  return (isInteger ? z.int() : z.number()).min(min).max(max);
}

const strings = z.array(z.string());

const budget = z.strictObject({
  percent: inRange('budget.percent'),
  minConcurrency: inRange('budget.minConcurrency'),
});

const balance = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('round-robin') }),
  z.strictObject({ kind: z.literal('random') }),
  z.strictObject({
    kind: z.literal('least-request'),
    choices: inRange('balance.choices').exactOptional(),
  }),
  z.strictObject({ kind: z.literal('peak-ewma'), decayTime: duration.exactOptional() }),
  z.strictObject({
    kind: z.literal('weighted-round-robin'),
    weights: z.record(z.string(), inRange('balance.weights')),
  }),
  z.strictObject({
    kind: z.literal('consistent-hash'),
    by: z.union([z.strictObject({ header: z.string() }), z.strictObject({ source: z.literal(true) })]),
    table: z
      .discriminatedUnion('kind', [
        z.strictObject({
          kind: z.literal('ring'),
          minSize: inRange('balance.table.minSize').exactOptional(),
        }),
        z.strictObject({
          kind: z.literal('maglev'),
          tableSize: inRange('balance.table.tableSize').exactOptional(),
        }),
      ])
      .exactOptional(),
  }),
]);

const policy = z.strictObject({
  timeout: z.union([duration, z.literal('none')]),
  retries: z
    .strictObject({
      max: inRange('retries.max'),
      perTryTimeout: duration.exactOptional(),
      on: z.array(z.enum(RETRY_CONDITIONS)),
      backOff: z.strictObject({ base: duration, max: duration }).exactOptional(),
      budget: budget.exactOptional(),
    })
    .exactOptional(),
  balance: balance.exactOptional(),
  outlierDetection: z
    .strictObject({
      consecutiveErrors: inRange('outlierDetection.consecutiveErrors'),
      interval: duration.exactOptional(),
      baseEjectionTime: duration.exactOptional(),
      maxEjectionPercent: inRange('outlierDetection.maxEjectionPercent').exactOptional(),
      minHealthPercent: inRange('outlierDetection.minHealthPercent').exactOptional(),
    })
    .exactOptional(),
  limits: z
    .strictObject({
      connections: inRange('limits.connections').exactOptional(),
      pendingRequests: inRange('limits.pendingRequests').exactOptional(),
      requests: inRange('limits.requests').exactOptional(),
      concurrentRetries: inRange('limits.concurrentRetries').exactOptional(),
    })
    .exactOptional(),
  fault: z
    .strictObject({
      delay: z.strictObject({ percent: inRange('fault.delay.percent'), duration }).exactOptional(),
      abort: z
        .strictObject({ percent: inRange('fault.abort.percent'), grpcStatus: z.string() })
        .exactOptional(),
    })
    .exactOptional(),
  hedging: z
    .strictObject({
      maxAttempts: inRange('hedging.maxAttempts'),
      delay: duration,
      budget: budget.exactOptional(),
    })
    .exactOptional(),
  breaker: z
    .strictObject({
      failurePercent: inRange('breaker.failurePercent'),
      minRequests: inRange('breaker.minRequests'),
      window: duration,
      openTime: duration,
    })
    .exactOptional(),
  layer: z.enum(['mesh', 'app', 'proxyless']).exactOptional(),
  approximation: z.literal('accept').exactOptional(),
}) satisfies z.ZodType<CallPolicy>;

const version = z.strictObject({
  name: z.string(),
  weight: z.number().min(0),
  header: z.strictObject({ name: z.string(), value: z.string() }).exactOptional(),
});

const admission = z.strictObject({
  rates: z
    .record(
      z.string(),
      z.strictObject({
        perSecond: inRange('admission.rates.perSecond'),
        burst: inRange('admission.rates.burst'),
      }),
    )
    .exactOptional(),
  concurrency: z
    .strictObject({
      minLimit: inRange('admission.concurrency.minLimit'),
      maxLimit: inRange('admission.concurrency.maxLimit'),
      lowPriority: strings.exactOptional(),
    })
    .refine(({ minLimit, maxLimit }) => minLimit <= maxLimit, 'minLimit must not exceed maxLimit')
    .exactOptional(),
});

const APP_CONFIG = z.strictObject({
  service: z.string(),
  calls: z.record(
    z.string(),
    z.strictObject({
      callee: z.string(),
      address,
      service: z.string(),
      methods: strings,
      policy: policy.exactOptional(),
      usesXds: z.boolean().exactOptional(),
      versions: z.array(version).min(1).exactOptional(),
    }),
  ),
  callers: z.record(z.string(), strings),
  admission: admission.exactOptional(),
  store: z
    .strictObject({
      address,
      database: z.string(),
      role: z.string(),
      maxConnections: z.int().min(1),
      tls: appTls.exactOptional(),
    })
    .exactOptional(),
  events: appEvents.exactOptional(),
  edge: z
    .strictObject({
      hosts: strings,
      token: z.strictObject({
        issuer: z.string(),
        audience: z.string(),
        jwksPath: z.string(),
        roles: strings,
      }),
      routes: z
        .array(
          z.strictObject({
            method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
            path: z.string(),
            handler: z.string(),
            access: z.union([z.enum(['public', 'token', 'owner']), z.strictObject({ role: z.string() })]),
            body: z
              .strictObject({
                mediaTypes: strings,
                maxBytes: z.union([z.int().min(1), z.literal('unlimited')]),
              })
              .exactOptional(),
            stream: z.enum(['server-sent-events', 'ndjson']).exactOptional(),
            timeout: z.union([duration, z.literal('none')]).exactOptional(),
            isRetryable: z.boolean().exactOptional(),
          }),
        )
        .transform((routes) => routes.toSorted(comparePrecedence)),
    })
    .exactOptional(),
}) satisfies z.ZodType<AppConfig>;

/**
 * Reads the file at `path`, which describes the place of `service` in the graph.
 * @throws SettingsError that names the file and every field that is wrong or unknown
 */
export function readAppConfig(path: string, service: string): AppConfig {
  const json = readJson(path);
  const parsed = APP_CONFIG.safeParse(json);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map((issue) => ({
        key: `${path}: ${issue.path.join('.') || 'the file'}`,
        ...valueAt(json, issue.path),
        rule: issue.message,
      })),
    );
  }
  if (parsed.data.service !== service) {
    const rule = `must be '${service}', the value of WEFT_SERVICE; set WEFT_CONFIG to the file of that service`;
    throw new SettingsError([{ key: `${path}: service`, value: parsed.data.service, rule }]);
  }
  return parsed.data;
}

/** Returns the value of a field for a message, unless it is a list or an object. */
function valueAt(json: unknown, path: readonly PropertyKey[]): { readonly value?: string } {
  let value = json;
  for (const key of path) value = Object(value)[key];
  return value === undefined || typeof value === 'object' ? {} : { value: String(value) };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const rule = error instanceof Error ? error.message : String(error);
    throw new SettingsError([{ key: 'WEFT_CONFIG', value: path, rule }]);
  }
}
