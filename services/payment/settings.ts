import { z } from 'zod';
import { durationSetting } from '../kit/config/duration-setting.ts';

/** What the environment says to this service. */
export const settings = z.object({
  /** How late the test provider answers to `tok_slow`: longer than the deadline of a charge. */
  WEFT_TEST_PROVIDER_DELAY: durationSetting('0s', '5m').prefault('4s'),
});
