import type { VirtualServiceHttpRetries } from '../../../imports/networking.istio.io.ts';
import type { Retries } from '../../policy/retries.ts';
import { istioDuration } from './istio-duration.ts';

/** Istio sets no time limit unless told to, but retries twice unless told not to. */
export const NO_RETRIES: VirtualServiceHttpRetries = { attempts: 0 };

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
