import type { Socket } from 'node:net';
import { type ChannelCredentials, credentials } from '@grpc/grpc-js';
import { TCP_KEEPALIVE } from '../../../mesh/policy/liveness.ts';

/**
 * Creates credentials without TLS whose connections have a time limit for the HTTP/2 handshake and TCP keepalive.
 * grpc-js has an option for neither. It would wait forever for the SETTINGS frame of a peer that accepts a connection
 * and then stays silent, and block all calls to the callee meanwhile.
 * @param timeoutMs milliseconds from the TCP connection to the first byte of the peer
 */
export function createChannelCredentials(timeoutMs: number): ChannelCredentials {
  const insecure = credentials.createInsecure();
  const createConnector = insecure._createSecureConnector.bind(insecure);
  insecure._createSecureConnector = (...args) => {
    const connector = createConnector(...args);
    const connect = connector.connect.bind(connector);
    connector.connect = (socket) => {
      limitHandshake(socket, timeoutMs);
      return connect(socket);
    };
    return connector;
  };
  return insecure;
}

function limitHandshake(socket: Socket, timeoutMs: number): void {
  socket.setKeepAlive(true, TCP_KEEPALIVE.idleMs);
  const timer = setTimeout(() => {
    if (socket.bytesRead > 0) return;
    socket.destroy(new Error(`the peer accepted the connection but sent nothing for ${timeoutMs / 1_000} s`));
  }, timeoutMs).unref();
  socket.once('close', () => clearTimeout(timer));
}
