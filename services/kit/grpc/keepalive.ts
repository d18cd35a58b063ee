import type { ChannelOptions } from '@grpc/grpc-js';
import type { Heartbeat } from '../../../mesh/policy/liveness.ts';

/**
 * grpc-js's options for a PING on each connection of a client or server, also while no call is under way: a connection
 * whose peer vanished is then found out before a call needs it. When a PING gets no answer, the connection is closed and
 * its calls and streams end with UNAVAILABLE. Servers of grpc-js and Envoy take PINGs as often as they come; others end
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
