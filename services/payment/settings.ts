import { z } from 'zod';
import { durationSetting } from '../kit/config/duration-setting.ts';

/** What the environment says to this service. */
export const settings = z.object({
  /** How late the test provider says what it did with `tok_slow`: longer than the deadline of a call. */
  WEFT_TEST_PROVIDER_DELAY: durationSetting('0s', '5m').prefault('4s'),
  /** How often to compare with the provider's books. */
  WEFT_RECONCILIATION_INTERVAL: durationSetting('100ms', '24h').prefault('30s'),
  /** How long a charge must be unchanged there to be compared: longer than the deadline of a call. */
  WEFT_RECONCILIATION_AGE: durationSetting('0s', '1h').prefault('6s'),
  /**
   * How much is compared again each time: longer than the provider takes to list a change, and than a payment stays open.
   * With the interval it says how often each charge is compared: some four times.
   */
  WEFT_RECONCILIATION_OVERLAP: durationSetting('0s', '24h').prefault('90s'),
});
