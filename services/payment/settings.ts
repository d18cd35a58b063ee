import { z } from 'zod';
import { durationSetting } from '../kit/config/field-schemas.ts';

/** Settings of the service, read from environment variables. */
export const settings = z.object({
  /** Delay of the test provider's outcome for `tok_slow`: longer than the deadline of a call. */
  WEFT_TEST_PROVIDER_DELAY: durationSetting('0s', '5m').prefault('4s'),
  /** Interval of the reconciliation with the provider's ledger. */
  WEFT_RECONCILIATION_INTERVAL: durationSetting('100ms', '24h').prefault('30s'),
  /** Minimum age of a charge's last change: longer than the deadline of a call. */
  WEFT_RECONCILIATION_AGE: durationSetting('0s', '1h').prefault('6s'),
  /**
   * Overlap of consecutive runs: longer than the provider takes to list a change, and than a payment stays open.
   * Together with the interval it determines how often each charge is compared: about four times.
   */
  WEFT_RECONCILIATION_OVERLAP: durationSetting('0s', '24h').prefault('90s'),
});
