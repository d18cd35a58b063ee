import { z } from 'zod';
import { LOG_LEVELS } from '../telemetry/log.ts';
import { DEFAULT_MAX_SERIES } from '../telemetry/metrics.ts';
import { numberSetting } from '../telemetry/number-setting.ts';
import { TELEMETRY_ENVIRONMENT } from '../telemetry/telemetry-settings.ts';
import { isAddress } from './address.ts';
import { DISCOVERY_SETTING } from './discovery-setting.ts';
import { durationSetting } from './field-schemas.ts';

const listen = z.string().refine(isAddress, 'use host:port, such as 0.0.0.0:50051').optional();

/** Environment variables of every process. The manifests and the local run set them. */
export const PROCESS_ENVIRONMENT = z.object({
  WEFT_SERVICE: z
    .string('set it to the name of the service')
    .regex(/^[a-z][a-z0-9-]{0,62}$/, 'use lower-case letters, digits and dashes, a letter first'),
  WEFT_CONFIG: z.string('set it to the path of app.json'),
  WEFT_GRPC_LISTEN: listen,
  WEFT_HTTP_LISTEN: listen,
  WEFT_ADMIN_LISTEN: listen,
  WEFT_SECRETS: z.string().default('/etc/weft/secrets'),
  /** Folder of the certificates and keys that app.json names for TLS to servers. */
  WEFT_TLS: z.string().default('/etc/weft/tls'),
  WEFT_DISCOVERY: DISCOVERY_SETTING.prefault('dns'),
  WEFT_ADVERTISE: z
    .string()
    .refine(
      isAddress,
      'use host:port, such as 10.0.0.7:50051; port 0 selects the port that the service listens on',
    )
    .optional(),
  WEFT_VERSION: z.string().optional(),
  WEFT_REGISTRATION_TTL: durationSetting('2s', '5m').prefault('10s'),
  WEFT_LOG: z.enum(['json', 'text'], "use 'json' or 'text'").default('json'),
  WEFT_LOG_LEVEL: z.enum(LOG_LEVELS, `use one of ${LOG_LEVELS.join(', ')}`).default('info'),
  /** Maximum number of series per metric. Further label values are recorded as `other`. */
  WEFT_METRIC_SERIES: numberSetting(
    'use a whole number from 1 to 1,000,000',
    (series) => Number.isInteger(series) && series >= 1 && series <= 1_000_000,
  ).default(DEFAULT_MAX_SERIES),
  WEFT_FAIL_PERCENT: numberSetting(
    'use a number from 0 to 100',
    (percent) => percent >= 0 && percent <= 100,
  ).default(0),
  /** Whether `PUT /faults` at the admin port is served. Do not allow it in production. */
  WEFT_FAULT_INJECTION: z.enum(['allowed', 'refused'], "use 'allowed' or 'refused'").default('refused'),
  WEFT_DRAIN: durationSetting('0s', '1h').prefault('0s'),
  ...TELEMETRY_ENVIRONMENT,
});

export type ProcessEnvironment = z.infer<typeof PROCESS_ENVIRONMENT>;
