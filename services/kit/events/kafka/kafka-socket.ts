import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { CLOSE_TIMEOUT_MS, TCP_KEEPALIVE } from '../../../../mesh/policy/liveness.ts';
import type { ServerTls } from '../../tls/server-tls.ts';

/**
 * Returns a socket factory for kafkajs, with TCP keepalive and the certificates that are on disk when a socket opens.
 * kafkajs half-closes a connection and waits for the broker's FIN. A broker that vanished never sends it, so the
 * socket is destroyed after a timeout to avoid a leak.
 */
export function kafkaSocket(tls: ServerTls): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const options = tls.options(host);
    const socket = options
      ? connectTls({ ...options, host, port }, onConnect)
      : connect({ host, port }, onConnect);
    socket.once('finish', () => {
      const timer = setTimeout(() => socket.destroy(), CLOSE_TIMEOUT_MS).unref();
      socket.once('close', () => clearTimeout(timer));
    });
    return socket.setKeepAlive(true, TCP_KEEPALIVE.idleMs);
  };
}
