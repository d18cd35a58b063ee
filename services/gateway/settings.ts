import { z } from 'zod';
import { durationSetting } from '../kit/config/duration-setting.ts';

const positive = z.coerce.number().int().positive();

/** What the environment says to this service. */
export const settings = z.object({
  /** Requests a second that one client may keep up. */
  WEFT_RATE_LIMIT: positive.default(2_000),
  /** Requests that one client may send at once after a rest. */
  WEFT_RATE_LIMIT_BURST: positive.default(20_000),
  /** Bytes that a JSON body may have. */
  WEFT_BODY_LIMIT: positive.default(1_000_000),
  /** Bytes that one line of a streamed body may have. */
  WEFT_LINE_LIMIT: positive.default(65_536),
  /** Time in which a JSON body must be here, and that a streamed one may pause. */
  WEFT_BODY_TIMEOUT: durationSetting('10ms', '5m').prefault('10s'),
  /** Time between the heartbeats of an event stream; Envoy drops one that is idle for 55 s. */
  WEFT_HEARTBEAT: durationSetting('10ms', '50s').prefault('15s'),
  /** Trusted proxies in front of this process that append to X-Forwarded-For; set by the manifests. */
  WEFT_PROXY_HOPS: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a whole number from 0 to 99')
    .transform(Number)
    .prefault('0'),
});

export type Settings = z.output<typeof settings>;
