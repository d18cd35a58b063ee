import type { ConformanceProbe } from './probe.ts';
import { backOffBase, backOffMax } from './probes/back-off.ts';
import * as balance from './probes/balance.ts';
import { budget } from './probes/budget.ts';
import { CONDITIONS, conditionProbe } from './probes/condition.ts';
import * as fault from './probes/fault.ts';
import { identity } from './probes/identity.ts';
import * as limits from './probes/limits.ts';
import { maxRetries } from './probes/max-retries.ts';
import { breaker, hedging, peakEwma } from './probes/not-in-istio.ts';
import * as outliers from './probes/outlier-detection.ts';
import { perTryTimeout } from './probes/per-try-timeout.ts';
import { timeout } from './probes/timeout.ts';

/** All probes: at least one for each field of a call policy. */
export const PROBES: readonly ConformanceProbe[] = [
  identity,
  timeout,
  maxRetries,
  perTryTimeout,
  ...CONDITIONS.map(([field, on, expected]) => conditionProbe(field, on, expected)),
  backOffBase,
  backOffMax,
  budget,
  ...Object.values(balance),
  peakEwma,
  ...Object.values(outliers),
  ...Object.values(limits),
  ...Object.values(fault),
  hedging,
  breaker,
];
