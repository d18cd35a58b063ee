import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { UNPROCESSED_CONDITIONS } from '../../../mesh/policy/retries.ts';

const RETRIES = { max: 2, on: [...UNPROCESSED_CONDITIONS, 'unavailable', 'reset'] } as const;

/** Short intervals, since a run takes seconds. */
const OUTLIER_DETECTION = {
  consecutiveErrors: 5,
  interval: '1s',
  baseEjectionTime: '5s',
  maxEjectionPercent: 50,
} as const;

const PRODUCT_POLICY: Partial<CallPolicy> = {
  balance: { kind: 'least-request' },
  outlierDetection: OUTLIER_DETECTION,
  limits: { requests: 24 },
  approximation: 'accept',
};

/** The policies of the shop's calls in all scenarios, by `<caller>/<call name>`. */
export const CALL_POLICIES: Readonly<Record<string, Partial<CallPolicy>>> = {
  'gateway/product': { ...PRODUCT_POLICY, timeout: '500ms', retries: RETRIES },
  'gateway/product-changes': PRODUCT_POLICY,
  'gateway/product-streams': PRODUCT_POLICY,
  'gateway/order-placing': { timeout: '2s', retries: RETRIES },
  'order/product': {
    timeout: '1s',
    retries: RETRIES,
    outlierDetection: OUTLIER_DETECTION,
    approximation: 'accept',
  },
  'gateway/notification': {
    timeout: '500ms',
    retries: RETRIES,
    balance: { kind: 'consistent-hash', by: { header: 'x-canary' } },
  },
};

/** No deadline, no retries, round robin. */
export const NO_POLICY: CallPolicy = { timeout: 'none' };
