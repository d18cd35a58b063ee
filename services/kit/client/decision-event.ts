import { trace } from '@opentelemetry/api';
import { detailOf, fieldOf, type PolicyDecision } from './policy-decision.ts';

/**
 * Adds a decision of the in-app layer to the span of the call that it concerns, which is the active span. Without a
 * traced call, such as for an endpoint that returns after its ejection, nothing is added.
 * @param call name of the declared call
 */
export function addDecisionEvent(call: string, decision: PolicyDecision): void {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  span.addEvent(`weft.call.${decision.kind}`, {
    'weft.call': call,
    'weft.detail': detailOf(decision),
    'weft.policy.field': fieldOf(decision),
    ...('attempt' in decision && { 'weft.attempt': decision.attempt }),
    ...('endpoint' in decision && decision.endpoint !== undefined && { 'weft.endpoint': decision.endpoint }),
    ...('waitMs' in decision && { 'weft.wait_ms': Math.round(decision.waitMs) }),
  });
}
