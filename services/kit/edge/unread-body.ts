import type { ExchangeHandler } from './exchange.ts';

/** Time limit for the rest of a body after the response. */
const DRAIN_TIMEOUT_MS = 5_000;

/**
 * Reads the rest of a refused request's body for a limited time, so that the client receives the response instead of a
 * connection reset (RFC 9112, 9.6).
 */
export const limitUnreadBody: ExchangeHandler = (request, response, next) => {
  response.once('finish', () => {
    // A reader that stopped early still listens for this event and would block the stream.
    request.removeAllListeners('readable').resume();
    if (request.complete) return;
    const timer = setTimeout(() => request.socket.destroy(), DRAIN_TIMEOUT_MS).unref();
    request.once('close', () => clearTimeout(timer));
  });
  next();
};
