import { activeExemplar } from '../telemetry/active-exemplar.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { CallMethod } from './attempt-strategy.ts';
import { statusName } from './status-name.ts';

/**
 * Is notified when a call begins. Returns a function that is called exactly once when the call has ended with all its
 * attempts, with the error that the caller receives if it failed. A call that is refused ends as well.
 */
export type CallObserver = (method: CallMethod) => (error?: unknown) => void;

/** Returns an observer that records the duration of the calls under a declared call, and how many are in flight. */
export function callMetrics(metrics: Metrics, weft_call: string, weft_callee: string): CallObserver {
  let inFlight = 0;
  metrics.gauge('weft_call_in_flight', { weft_call, weft_callee }, () => inFlight);
  return ({ path }) => {
    const startedAt = performance.now();
    inFlight++;
    return (error) => {
      inFlight--;
      const labels = {
        weft_call,
        weft_callee,
        rpc_method: path.slice(1),
        rpc_status_code: statusName(error),
      };
      const seconds = (performance.now() - startedAt) / 1_000;
      metrics.observe('rpc_client_call_duration_seconds', labels, seconds, activeExemplar());
    };
  };
}
