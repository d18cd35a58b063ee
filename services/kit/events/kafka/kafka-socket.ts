import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { CLOSE_TIMEOUT_MS, TCP_KEEPALIVE } from '../../../../mesh/policy/liveness.ts';
import type { ServerTls } from '../../tls/server-tls.ts';

/**
 * Opens the sockets of kafkajs, with TCP keepalive and the certificates that are on disk when each is opened. kafkajs ends a
 * connection and waits for the broker to do the same; a broker that vanished never does, and the socket would leak.
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
