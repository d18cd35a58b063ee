import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readJson } from '../../../mesh/run/process/read-json.ts';
import { fetchText, requestName } from '../../process/fetch-text.ts';

/** The field of a session that is read here. */
export const SESSION = z.object({ accessToken: z.string() });

/** Somebody new's access token. @throws Error with the answer that stands in the way */
export async function customer(gateway: string, signal: AbortSignal): Promise<string> {
  const account = { email: `${randomUUID()}@weft.example`, password: randomUUID() };
  const send = <T>(schema: z.ZodType<T>, path: string, body: unknown) =>
    ask(schema, gateway + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  await send(z.unknown(), '/v1/users', { ...account, name: 'Traffic' });
  return (await send(SESSION, '/v1/sessions', account)).accessToken;
}

/** Returns the shop's answer. @throws ResponseError with an answer of 400 or more, or one that does not fit the schema */
export async function ask<T>(schema: z.ZodType<T>, url: string, init: RequestInit): Promise<T> {
  return readJson(schema, await fetchText(url, init), { name: requestName(url, init), isSecret: true });
}
