import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { TCP_KEEPALIVE } from '../../../../mesh/policy/liveness.ts';
import type { ServerTls } from '../../tls/server-tls.ts';

/** For the broker to end its side of a connection that this side has ended, in milliseconds. */
const HALF_CLOSED_MS = 1_000;

/**
 * Opens the sockets of kafkajs, with TCP keepalive and with the certificates that are on disk at each. kafkajs ends a
 * connection and waits for the broker to do the same; a broker that vanished never does, and the socket would leak.
 */
export function kafkaSocket(tls: ServerTls): ISocketFactory {
  return ({ host, port, onConnect }) => {
    const options = tls.options(host);
    const socket = options
      ? connectTls({ ...options, host, port }, onConnect)
      : connect({ host, port }, onConnect);
    socket.once('finish', () => {
      const timer = setTimeout(() => socket.destroy(), HALF_CLOSED_MS).unref();
      socket.once('close', () => clearTimeout(timer));
    });
    return socket.setKeepAlive(true, TCP_KEEPALIVE.idleMs);
  };
}
