import type { IncomingMessage } from 'node:http';
import { ApiError } from '../api/api-error.ts';

/** @throws ApiError 405 for another method */
export function requireMethod({ method }: IncomingMessage, allowed: 'GET' | 'POST'): void {
  if (method === allowed || (allowed === 'GET' && method === 'HEAD')) return;
  throw new ApiError(405, `${method} is not supported here; use ${allowed}`);
}
