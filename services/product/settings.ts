import { z } from 'zod';

/** What the environment says to this service. */
export const settings = z.object({
  /** Whether to fill an empty catalogue. */
  WEFT_SEED: z.stringbool().default(false),
});
