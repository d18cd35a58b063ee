import type { Probe } from './probe.ts';
import { attempts } from './probes/attempts.ts';
import { backOffBase, backOffMax } from './probes/back-off.ts';
import * as balance from './probes/balance.ts';
import { breaker, hedging, peakEwma } from './probes/beyond-the-mesh.ts';
import { budget } from './probes/budget.ts';
import { conditionProbe } from './probes/condition.ts';
import * as fault from './probes/fault.ts';
import * as limits from './probes/limits.ts';
import * as outliers from './probes/outlier-detection.ts';
import { perTryTimeout } from './probes/per-try-timeout.ts';
import { timeout } from './probes/timeout.ts';

/** A probe for each field of a call policy that one caller on loopback can try. */
export const PROBES: readonly Probe[] = [
  timeout,
  attempts,
  perTryTimeout,
  conditionProbe('refused-stream', ['refuse the stream']),
  conditionProbe('unavailable', ['answer UNAVAILABLE']),
  conditionProbe('cancelled', ['answer CANCELLED']),
  conditionProbe('deadline-exceeded', ['answer DEADLINE_EXCEEDED']),
  conditionProbe('internal', ['answer INTERNAL']),
  conditionProbe('resource-exhausted', ['answer RESOURCE_EXHAUSTED']),
  conditionProbe('reset', ['refuse the stream', 'reset the stream']),
  conditionProbe('gateway-error', ['refuse the stream', 'reset the stream', 'answer HTTP 503']),
  conditionProbe('5xx', ['refuse the stream', 'reset the stream', 'answer HTTP 500', 'answer HTTP 503']),
  backOffBase,
  backOffMax,
  budget,
  ...Object.values(balance),
  peakEwma,
  ...Object.values(outliers),
  limits.requests,
  limits.concurrentRetries,
  ...Object.values(fault),
  hedging,
  breaker,
];
