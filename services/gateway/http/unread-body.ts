import type { ExchangeHandler } from './exchange.ts';

/** Milliseconds for the rest of a body after its answer. */
const REST_MS = 5_000;

/**
 * Lets a client that was refused early send the rest of its body, so that it reads the answer and not
 * a reset connection (RFC 9112, 9.6), but not for ever.
 */
export const limitUnreadBody: ExchangeHandler = (request, response, next) => {
  response.once('finish', () => {
    // A reader that stopped half-way still listens for this, and would keep the rest from flowing.
    request.removeAllListeners('readable').resume();
    if (request.complete) return;
    const timer = setTimeout(() => request.socket.destroy(), REST_MS).unref();
    request.once('close', () => clearTimeout(timer));
  });
  next();
};
