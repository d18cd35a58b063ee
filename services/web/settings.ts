import { z } from 'zod';
import { durationSetting } from '../kit/config/field-schemas.ts';

const positive = z.coerce.number().int().positive();

/** Environment variables of this service. */
export const settings = z.object({
  /** Sustained requests per second of one client. A page needs up to 30, most of them for pictures. */
  WEFT_RATE_LIMIT: positive.default(2_000),
  /** Burst of one client, requests. */
  WEFT_RATE_LIMIT_BURST: positive.default(20_000),
  /** Maximum size of one line of an import, bytes. */
  WEFT_LINE_LIMIT: positive.default(65_536),
  /** Time limit for a whole form, and for each chunk of an import. */
  WEFT_BODY_TIMEOUT: durationSetting('10ms', '5m').prefault('10s'),
  /** Interval of heartbeats in event streams. Envoy closes streams that are idle for 55 s. */
  WEFT_HEARTBEAT: durationSetting('10ms', '50s').prefault('15s'),
  /** Interval at which an open cart page gets the current prices. */
  WEFT_CART_INTERVAL: durationSetting('10ms', '1m').prefault('2s'),
  /** Number of trusted proxies in front of this process that append to X-Forwarded-For. Set by the manifests. */
  WEFT_PROXY_HOPS: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a whole number from 0 to 99')
    .transform(Number)
    .prefault('0'),
});

export type StorefrontSettings = z.output<typeof settings>;
