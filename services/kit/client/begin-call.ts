import type { CallMethod } from './attempt-strategy.ts';
import type { CallLayer } from './call-layer.ts';
import type { ClientCallOptions } from './client.ts';
import { OutgoingCall } from './outgoing-call.ts';

export interface CallSource {
  /** Name of the calling service. */
  readonly caller: string;
  readonly layer: CallLayer;
  readonly method: CallMethod;
}

/**
 * Admits a call to its layer. The caller must call `end` exactly once, with the call's error if it failed. `end`
 * releases the call's slot and returns the error to throw.
 * @param headers sent with each attempt, names in lower case
 * @throws ServiceError if the layer refuses the call, or it is cancelled or past its deadline
 */
export function beginCall(
  { caller, layer, method }: CallSource,
  call: ClientCallOptions | undefined,
  headers?: Readonly<Record<string, string>>,
) {
  const outgoing = new OutgoingCall(caller, layer.timeoutMs, call, headers);
  try {
    const release = layer.admit(method);
    const end = (error?: unknown) => {
      release(error);
      outgoing.close();
      return error === undefined ? undefined : outgoing.toCallerError(error);
    };
    return { outgoing, end };
  } catch (error) {
    outgoing.close();
    throw error;
  }
}
