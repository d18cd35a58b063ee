import type { ChannelOptions } from '@grpc/grpc-js';
import type { Heartbeat } from '../../../mesh/policy/liveness.ts';

/** Maximum size of a message, in bytes. Pages of lists are smaller; larger data belongs in a stream. */
export const MAX_MESSAGE_BYTES = 4 * 1_048_576;

/**
 * Returns grpc-js's options for PINGs on each connection of a client or server. PINGs are sent without calls as well, so that
 * a peer that vanished is detected before a call needs the connection. If a PING gets no answer, the connection is closed,
 * and its calls and streams end with UNAVAILABLE. Servers of grpc-js and Envoy accept any number of PINGs; others close
 * connections that send more than one in five minutes without a call.
 * @see https://github.com/grpc/grpc/blob/master/doc/keepalive.md
 */
export function keepaliveOptions({ intervalMs, timeoutMs }: Heartbeat): ChannelOptions {
  return {
    'grpc.keepalive_time_ms': intervalMs,
    'grpc.keepalive_timeout_ms': timeoutMs,
    'grpc.keepalive_permit_without_calls': 1,
  };
}
