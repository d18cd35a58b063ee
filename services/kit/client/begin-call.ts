import { context } from '@opentelemetry/api';
import type { CallMethod } from './attempt-strategy.ts';
import type { CallLayer } from './call-layer.ts';
import type { CallObserver } from './call-metrics.ts';
import { type CallSpanTemplate, endCallSpan, startCallSpan } from './call-span.ts';
import type { ClientCallOptions } from './client.ts';
import { OutgoingCall } from './outgoing-call.ts';

export interface CallSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly layer: CallLayer;
  readonly method: CallMethod;
  readonly spans: CallSpanTemplate;
  /** Is notified of the begin and the end of each call. @default none */
  readonly onBegin?: CallObserver | undefined;
}

/**
 * Admits a call to its layer. The caller must call `end` exactly once, with the call's error if it failed. `end`
 * releases the call's slot and returns the error to throw.
 * @param headers sent with each attempt, names in lower case
 * @throws ServiceError if the layer refuses the call, or it is cancelled or past its deadline
 */
export function beginCall(
  { caller, layer, method, spans, onBegin }: CallSource,
  call: ClientCallOptions | undefined,
  headers?: Readonly<Record<string, string>>,
) {
  const onEnd = onBegin?.(method);
  let outgoing: OutgoingCall | undefined;
  let finish = onEnd;
  try {
    const begun = new OutgoingCall(caller, layer.timeoutMs, call, headers);
    outgoing = begun;
    const span = startCallSpan(spans, begun);
    finish = (error) => {
      endCallSpan(span, spans, begun, error);
      // The span becomes the exemplar of the call's duration.
      if (onEnd) context.with(begun.trace, onEnd, undefined, error);
    };
    // The span is active while the layer decides, so that each decision becomes an event of the span.
    const release = context.with(begun.trace, () => layer.admit(method));
    const end = (error?: unknown) => {
      context.with(begun.trace, () => {
        if (error !== undefined) layer.reportDeadline(method, begun, error);
        release(error);
      });
      begun.close();
      const callerError = error === undefined ? undefined : begun.toCallerError(error);
      finish?.(callerError);
      return callerError;
    };
    return { outgoing: begun, end };
  } catch (error) {
    outgoing?.close();
    finish?.(error);
    throw error;
  }
}
