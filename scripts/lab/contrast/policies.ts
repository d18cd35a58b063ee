import type { CallPolicy } from '../../../mesh/policy/call-policy.ts';
import { UNPROCESSED_CONDITIONS } from '../../../mesh/policy/retries.ts';

const AGAIN = { max: 2, on: [...UNPROCESSED_CONDITIONS, 'unavailable', 'reset'] } as const;

/** Ejects soon, and lets back soon: a run takes seconds. */
const OUTLIERS = {
  consecutiveErrors: 5,
  interval: '1s',
  baseEjectionTime: '5s',
  maxEjectionPercent: 50,
} as const;

const PRODUCT: Partial<CallPolicy> = {
  balance: { kind: 'least-request' },
  outlierDetection: OUTLIERS,
  limits: { requests: 24 },
  approximation: 'accept',
};

/**
 * What the calls of the shop ask for while layers are contrasted, by `caller/name of the call`: the same in all
 * scenarios, as in life.
 */
export const POLICIES: Readonly<Record<string, Partial<CallPolicy>>> = {
  'gateway/product': { ...PRODUCT, timeout: '500ms', retries: AGAIN },
  'gateway/product-changes': PRODUCT,
  'gateway/product-streams': PRODUCT,
  'gateway/order-placing': { timeout: '2s', retries: AGAIN },
  'order/product': { timeout: '1s', retries: AGAIN, outlierDetection: OUTLIERS, approximation: 'accept' },
  'gateway/notification': {
    timeout: '500ms',
    retries: AGAIN,
    balance: { kind: 'consistent-hash', by: { header: 'x-canary' } },
  },
};

/** No policy at all: no deadline, one try, hosts in turn. */
export const NO_POLICY: CallPolicy = { timeout: 'none' };
