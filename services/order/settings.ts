import { z } from 'zod';
import { durationSetting } from '../kit/config/field-schemas.ts';

/** Settings of the service, read from environment variables. */
export const settings = z.object({
  /** Orders processed concurrently by one process. */
  WEFT_SAGA_CONCURRENCY: z.coerce.number().int().min(1).max(1_000).default(64),
  /** Poll interval for due orders. */
  WEFT_SAGA_POLL: durationSetting('10ms', '1m').prefault('500ms'),
  /** Age at which an order without a payment outcome is cancelled. */
  WEFT_PAYMENT_LIMIT: durationSetting('1s', '24h').prefault('60s'),
  /** Interval of the sweeps for reservations without an order. */
  WEFT_ORPHAN_SWEEP: durationSetting('100ms', '1h').prefault('30s'),
  /** Minimum age of such a reservation: longer than the deadline of PlaceOrder. */
  WEFT_ORPHAN_AGE: durationSetting('1s', '24h').prefault('60s'),
});
