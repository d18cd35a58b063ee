import type { VirtualServiceHttpRetries } from '../../../imports/networking.istio.io.ts';
import type { Retries } from '../../policy/retries.ts';
import { istioDuration } from './istio-duration.ts';

/** Disables retries. Without it, Istio retries twice. */
export const NO_RETRIES: VirtualServiceHttpRetries = { attempts: 0 };

/** Converts retries to Istio's HTTPRetry, in which `attempts` is the number of retries. */
export function httpRetries({
  max: maxRetries,
  on,
  perTryTimeout,
  backOff,
}: Retries): VirtualServiceHttpRetries {
  return {
    attempts: maxRetries,
    retryOn: on.join(','),
    ...(perTryTimeout && { perTryTimeout: istioDuration(perTryTimeout) }),
    ...(backOff && { backoff: istioDuration(backOff.base) }),
  };
}
