import type { ExchangeHandler } from './exchange.ts';

/** Milliseconds for the rest of a body after its answer. */
const REST_MS = 5_000;

/**
 * Lets a client that was refused early send the rest of its body, so that it reads the answer and not
 * a reset connection (RFC 9112, 9.6), but not for ever.
 */
export const limitUnreadBody: ExchangeHandler = (request, response, next) => {
  response.once('finish', () => {
    if (request.complete) return;
    request.resume();
    const timer = setTimeout(() => request.socket.destroy(), REST_MS).unref();
    request.once('close', () => clearTimeout(timer));
  });
  next();
};
