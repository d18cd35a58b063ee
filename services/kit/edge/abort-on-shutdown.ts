import type { ExchangeResponse } from './exchange.ts';

/** Aborts the exchange of a response when the process stops, so that a stream does not delay the shutdown. */
export function abortOnShutdown(stopping: AbortSignal, response: ExchangeResponse): void {
  const end = () => response.locals.exchange.abort();
  stopping.addEventListener('abort', end);
  response.once('close', () => stopping.removeEventListener('abort', end));
}
