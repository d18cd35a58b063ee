import { z } from 'zod';

/** Environment variables of this service. */
export const settings = z.object({
  /** Whether to insert products into an empty catalogue. */
  WEFT_SEED: z.stringbool().default(false),
  /** Whether catalogue requests query the database or a cache of 1 s. */
  WEFT_CATALOGUE: z.enum(['plain', 'cached'], "use 'plain' or 'cached'").default('plain'),
});
