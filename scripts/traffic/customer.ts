import { randomUUID } from 'node:crypto';

/** Somebody new's access token. @throws Error with the answer that stands in the way */
export async function customer(gateway: string, signal: AbortSignal): Promise<string> {
  const account = { email: `${randomUUID()}@weft.example`, password: randomUUID() };
  const send = <T>(path: string, body: unknown) =>
    ask<T>(gateway + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  await send('/v1/users', { ...account, name: 'Traffic' });
  return (await send<{ accessToken: string }>('/v1/sessions', account)).accessToken;
}

/** What the shop answers, as JSON. @throws Error with an answer of 400 or more */
export async function ask<T>(url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, init);
  if (response.ok) return (await response.json()) as T;
  throw new Error(`${init.method ?? 'GET'} ${url} answers ${response.status}: ${await response.text()}`);
}
