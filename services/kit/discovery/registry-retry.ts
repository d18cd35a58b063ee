import { backOffMs } from '../time/back-off.ts';

/** How long a failing registry is retried and its last endpoints are kept. */
export interface RegistryRetrySettings {
  /** Milliseconds after which an empty list of a responding registry replaces the last endpoints. @default 30 s */
  readonly emptyGraceMs?: number;
  /** Returns the delay before the next attempt, in milliseconds. @default jittered, at most 10.05 s */
  readonly delayMs?: (failures: number) => number;
  /** A watch that lasted longer counts as a success and resets the back-off, in milliseconds. @default 10 s */
  readonly resetAfterMs?: number;
}

/**
 * Three times the default time to live of a registration. After a registry lost its data, every running process has
 * registered again within this time.
 */
const EMPTY_GRACE_MS = 30_000;
const MAX_BACK_OFF_MS = 10_000;
/** Full jitter alone may return no delay at all. */
const MIN_DELAY_MS = 50;

/** Returns settings with defaults for missing fields. */
export function withRetryDefaults(settings: RegistryRetrySettings): Required<RegistryRetrySettings> {
  const delays = { minMs: 200, maxMs: MAX_BACK_OFF_MS, jitter: 'full' } as const;
  return {
    emptyGraceMs: EMPTY_GRACE_MS,
    delayMs: (failures) => MIN_DELAY_MS + backOffMs(delays, failures),
    resetAfterMs: MAX_BACK_OFF_MS,
    ...settings,
  };
}
