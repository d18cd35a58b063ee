import type { Socket } from 'node:net';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { TCP_KEEPALIVE } from '../../../mesh/policy/liveness.ts';

/**
 * Credentials without TLS whose connections have a limit for the HTTP/2 handshake and TCP keepalive. grpc-js has no option
 * for either: it waits for ever for the SETTINGS of a peer that accepts a connection and says nothing, and all calls to the
 * callee wait with it.
 * @param timeoutMs milliseconds from the TCP connection to the first byte of the peer
 */
export function limitedCredentials(timeoutMs: number): ChannelCredentials {
  const plain = credentials.createInsecure();
  const createConnector = plain._createSecureConnector.bind(plain);
  plain._createSecureConnector = (...source) => {
    const connector = createConnector(...source);
    const connect = connector.connect.bind(connector);
    connector.connect = (socket) => {
      limitHandshake(socket, timeoutMs);
      return connect(socket);
    };
    return connector;
  };
  return plain;
}

function limitHandshake(socket: Socket, timeoutMs: number): void {
  socket.setKeepAlive(true, TCP_KEEPALIVE.idleMs);
  const timer = setTimeout(() => {
    if (socket.bytesRead > 0) return;
    socket.destroy(new Error(`the peer took the connection, and said nothing within ${timeoutMs / 1_000} s`));
  }, timeoutMs).unref();
  socket.once('close', () => clearTimeout(timer));
}
