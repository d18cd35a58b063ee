import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';

/** The fields of a session that are read here. */
export const SESSION = z.object({ accessToken: z.string() });

/**
 * Creates a user and signs in.
 *
 * @param gateway address of the ingress gateway, without a path
 * @returns the access token of the user
 * @throws ResponseError with the response, if the shop rejects one of the requests
 */
export async function createCustomer(gateway: string, signal: AbortSignal): Promise<string> {
  const account = { email: `${randomUUID()}@weft.example`, password: randomUUID() };
  const send = <T>(schema: z.ZodType<T>, path: string, body: unknown) =>
    fetchJson(schema, gateway + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  await send(z.unknown(), '/v1/users', { ...account, name: 'Traffic' });
  return (await send(SESSION, '/v1/sessions', account)).accessToken;
}

/**
 * Sends a request and parses its JSON response. @throws ResponseError for a status of 400 or more, or if the schema
 * rejects the response
 */
export async function fetchJson<T>(schema: z.ZodType<T>, url: string, init: RequestInit): Promise<T> {
  return readJson(schema, await fetchText(url, init), { name: requestName(url, init), isSecret: true });
}
