import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { AppConfig } from '../../../mesh/policy/app-config.ts';
import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { comparePrecedence } from '../../../mesh/policy/edge-paths.ts';
import { RETRY_CONDITIONS } from '../../../mesh/policy/retries.ts';
import { SettingsError } from '../errors/settings-error.ts';
import { appEvents } from './app-events.ts';
import { address, duration } from './fields.ts';
import { appTls } from './tls.ts';

const count = z.int().min(1);
const percent = z.number().min(0).max(100);
const strings = z.array(z.string());

const budget = z.strictObject({ percent, minConcurrency: z.int().min(0) });

const balance = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('round-robin') }),
  z.strictObject({ kind: z.literal('random') }),
  z.strictObject({ kind: z.literal('least-request'), choices: z.int().min(2).max(100).exactOptional() }),
  z.strictObject({ kind: z.literal('peak-ewma'), decayTime: duration.exactOptional() }),
  z.strictObject({
    kind: z.literal('weighted-round-robin'),
    weights: z.record(z.string(), z.int().min(1).max(1_000)),
  }),
  z.strictObject({
    kind: z.literal('consistent-hash'),
    by: z.union([z.strictObject({ header: z.string() }), z.strictObject({ source: z.literal(true) })]),
    table: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('ring'), minSize: count.max(8_388_608).exactOptional() }),
        z.strictObject({ kind: z.literal('maglev'), tableSize: count.max(5_000_011).exactOptional() }),
      ])
      .exactOptional(),
  }),
]);

const policy = z.strictObject({
  timeout: z.union([duration, z.literal('none')]),
  retries: z
    .strictObject({
      max: count.max(10),
      perTryTimeout: duration.exactOptional(),
      on: z.array(z.enum(RETRY_CONDITIONS)),
      backOff: z.strictObject({ base: duration, max: duration }).exactOptional(),
      budget: budget.exactOptional(),
    })
    .exactOptional(),
  balance: balance.exactOptional(),
  outlierDetection: z
    .strictObject({
      consecutiveErrors: count,
      interval: duration.exactOptional(),
      baseEjectionTime: duration.exactOptional(),
      maxEjectionPercent: percent.exactOptional(),
      minHealthPercent: percent.exactOptional(),
    })
    .exactOptional(),
  limits: z
    .strictObject({
      connections: count.exactOptional(),
      pendingRequests: count.exactOptional(),
      requests: count.exactOptional(),
      concurrentRetries: count.exactOptional(),
    })
    .exactOptional(),
  fault: z
    .strictObject({
      delay: z.strictObject({ percent, duration }).exactOptional(),
      abort: z.strictObject({ percent, grpcStatus: z.string() }).exactOptional(),
    })
    .exactOptional(),
  hedging: z
    .strictObject({ maxAttempts: z.int().min(2).max(5), delay: duration, budget: budget.exactOptional() })
    .exactOptional(),
  breaker: z
    .strictObject({
      failurePercent: z.number().min(1).max(100),
      minRequests: count,
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
    .record(z.string(), z.strictObject({ perSecond: z.number().min(0.001), burst: count }))
    .exactOptional(),
  concurrency: z
    .strictObject({ minLimit: count, maxLimit: count, lowPriority: strings.exactOptional() })
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
      maxConnections: count,
      tls: appTls.exactOptional(),
    })
    .exactOptional(),
  events: appEvents.exactOptional(),
  edge: z
    .strictObject({
      hosts: strings,
      token: z.strictObject({ issuer: z.string(), audience: z.string(), jwksPath: z.string() }),
      routes: z
        .array(
          z.strictObject({
            method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
            path: z.string(),
            access: z.union([z.enum(['public', 'token']), z.strictObject({ role: z.string() })]),
            isRetryable: z.boolean().exactOptional(),
          }),
        )
        .transform((routes) => routes.toSorted(comparePrecedence)),
    })
    .exactOptional(),
}) satisfies z.ZodType<AppConfig>;

/**
 * The place in the graph that the file at `path` gives to `service`.
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
    const rule = `must be '${service}' as WEFT_SERVICE says; point WEFT_CONFIG to the file of that service`;
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
