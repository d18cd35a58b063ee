import { BlockList } from 'node:net';
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
  /** Proxies whose X-Forwarded-For is believed: addresses and subnets, with commas between them. */
  WEFT_TRUSTED_PROXIES: z
    .string()
    .transform((list) =>
      list
        .split(',')
        .map((entry) => entry.trim())
        .filter(Boolean),
    )
    .refine((list) => list.every(isSubnet), 'must be IP addresses or subnets, as in 10.0.0.0/8')
    .prefault(''),
});

export type Settings = z.output<typeof settings>;

function isSubnet(entry: string): boolean {
  const [address = '', bits] = entry.split('/');
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  try {
    new BlockList().addSubnet(
      address,
      bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits),
      family,
    );
    return true;
  } catch {
    return false;
  }
}
