import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { durationSetting } from '../kit/config/field-schemas.ts';

/** Environment variables of this service. */
export const settings = z.object({
  WEFT_TOKEN_ISSUER: z.string().min(1),
  WEFT_TOKEN_AUDIENCE: z.string().min(1),
  /** Lifetime of an access token. */
  WEFT_TOKEN_LIFETIME: durationSetting('15m', '60m').prefault('30m'),
  /** Whether to create the first admin and customer. */
  WEFT_SEED: z.stringbool().default(false),
  /** Maximum of concurrent password hashes. */
  WEFT_HASHING_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(availableParallelism()),
});
