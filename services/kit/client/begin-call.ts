import type { CallLayer } from './call-layer.ts';
import type { Method } from './call-run.ts';
import type { ClientCallOptions } from './client.ts';
import { Outgoing } from './outgoing.ts';

export interface Beginning {
  /** Name of the calling service. */
  readonly caller: string;
  readonly layer: CallLayer;
  readonly method: Method;
}

/**
 * A call that the layer lets in, and what ends it: gives back what its error is to the caller.
 * @param headers what its tries send besides
 * @throws ServiceError when it is not let in, or has no time
 */
export function beginCall(
  { caller, layer, method }: Beginning,
  call: ClientCallOptions | undefined,
  headers?: Readonly<Record<string, string>>,
) {
  const outgoing = new Outgoing(caller, layer.timeoutMs, call, headers);
  try {
    const leave = layer.admit(method);
    const end = (error?: unknown) => {
      leave(error);
      outgoing.close();
      return error === undefined ? undefined : outgoing.explain(error);
    };
    return { outgoing, end };
  } catch (error) {
    outgoing.close();
    throw error;
  }
}
