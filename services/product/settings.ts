import { z } from 'zod';

/** What the environment says to this service. */
export const settings = z.object({
  /** Whether to fill an empty catalogue. */
  WEFT_SEED: z.stringbool().default(false),
  /** Whether products are read from the database for each request, or an answer is remembered for a moment. */
  WEFT_CATALOGUE: z.enum(['plain', 'cached'], "give 'plain' or 'cached'").default('plain'),
});
