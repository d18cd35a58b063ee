import { z } from 'zod';
import { durationSetting } from '../kit/config/duration-setting.ts';

/** What the environment says to this service. */
export const settings = z.object({
  /** Orders that one process carries on at once. */
  WEFT_SAGA_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(64),
  /** How often to look for orders that are due. */
  WEFT_SAGA_POLL: durationSetting('10ms', '1m').prefault('500ms'),
  /** How long a payment's outcome may stay open before its order is cancelled. */
  WEFT_PAYMENT_LIMIT: durationSetting('1s', '24h').prefault('60s'),
  /** How often to look for reservations without an order. */
  WEFT_ORPHAN_SWEEP: durationSetting('100ms', '1h').prefault('30s'),
  /** How old such a reservation must be: longer than the deadline of PlaceOrder. */
  WEFT_ORPHAN_AGE: durationSetting('1s', '24h').prefault('60s'),
});
