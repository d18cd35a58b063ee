import { context } from '@opentelemetry/api';
import type { CallMethod } from './attempt-strategy.ts';
import type { CallLayer } from './call-layer.ts';
import { type CallSpanTemplate, endCallSpan, startCallSpan } from './call-span.ts';
import type { ClientCallOptions } from './client.ts';
import { OutgoingCall } from './outgoing-call.ts';

export interface CallSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly layer: CallLayer;
  readonly method: CallMethod;
  readonly spans: CallSpanTemplate;
}

/**
 * Admits a call to its layer. The caller must call `end` exactly once, with the call's error if it failed. `end`
 * releases the call's slot and returns the error to throw.
 * @param headers sent with each attempt, names in lower case
 * @throws ServiceError if the layer refuses the call, or it is cancelled or past its deadline
 */
export function beginCall(
  { caller, layer, method, spans }: CallSource,
  call: ClientCallOptions | undefined,
  headers?: Readonly<Record<string, string>>,
) {
  const outgoing = new OutgoingCall(caller, layer.timeoutMs, call, headers);
  const span = startCallSpan(spans, outgoing);
  try {
    // The span is active while the layer decides, so that each decision becomes an event of the span.
    const release = context.with(outgoing.trace, () => layer.admit(method));
    const end = (error?: unknown) => {
      context.with(outgoing.trace, release, undefined, error);
      outgoing.close();
      const callerError = error === undefined ? undefined : outgoing.toCallerError(error);
      endCallSpan(span, spans, outgoing, callerError);
      return callerError;
    };
    return { outgoing, end };
  } catch (error) {
    outgoing.close();
    endCallSpan(span, spans, outgoing, error);
    throw error;
  }
}
