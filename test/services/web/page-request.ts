import { request as sendRequest } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** Response to a request for a page. */
export interface PageResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly setCookies: readonly string[];
  /** Bytes of the body as they were sent. */
  readonly size: number;
  /** Decompressed. */
  readonly body: string;
}

export interface PageRequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends one request, with exactly the given headers, and reads its response whole. Follows no redirect. */
export async function requestPage(
  base: string,
  method: string,
  path: string,
  { headers = {}, body }: PageRequestOptions = {},
): Promise<PageResponse> {
  const request = sendRequest(`${base}${path}`, { method, headers, agent: false });
  const response = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
    request.end(body);
  });
  const bytes = await buffer(response);
  const encoding = response.headers['content-encoding'];
  const plain =
    encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers as Readonly<Record<string, string | undefined>>,
    setCookies: response.headers['set-cookie'] ?? [],
    size: bytes.length,
    body: plain.toString(),
  };
}

/** A browser without JavaScript: it keeps cookies, sends forms from the shop's own pages, and follows redirects. */
export class TestVisitor {
  readonly #base: string;
  readonly cookies = new Map<string, string>();
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers sent with every request */
  constructor(base: string, headers: Readonly<Record<string, string>> = {}) {
    this.#base = base;
    this.#headers = headers;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<PageResponse> {
    return this.#send('GET', path, headers);
  }

  /** Sends a form. Returns the response without following its redirect. */
  post(
    path: string,
    fields: Readonly<Record<string, string | number>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<PageResponse> {
    const texts = Object.entries(fields).map(([name, value]) => [name, String(value)]);
    const body = new URLSearchParams(Object.fromEntries(texts)).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded', origin: this.#base };
    return this.#send('POST', path, { ...type, ...headers }, body);
  }

  /** Sends a body as it is, from the shop's own page. */
  send(path: string, type: string, body: string): Promise<PageResponse> {
    return this.#send('POST', path, { 'content-type': type, origin: this.#base }, body);
  }

  /** Sends a form, and returns the page to which it leads. @throws Error if it does not redirect */
  async submit(path: string, fields: Readonly<Record<string, string | number>>): Promise<PageResponse> {
    const response = await this.post(path, fields);
    const { location } = response.headers;
    if (response.status !== 303 || location === undefined)
      throw new Error(`POST ${path} answered ${response.status}: ${response.body}`);
    return this.get(location);
  }

  async #send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<PageResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const all = { ...this.#headers, ...(cookie && { cookie }), ...headers };
    const response = await requestPage(this.#base, method, path, {
      headers: all,
      ...(body !== undefined && { body }),
    });
    for (const setCookie of response.setCookies) this.#keep(setCookie);
    return response;
  }

  #keep(setCookie: string): void {
    const [pair = ''] = setCookie.split(';');
    const [name = '', value = ''] = pair.split('=');
    if (/Max-Age=0/.test(setCookie)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Returns the value of a field of a form in a page. @throws Error if the page has no such field */
export function fieldOf(page: string, name: string): string {
  const [, value] = new RegExp(`name="${name}" value="([^"]*)"`).exec(page) ?? [];
  if (value === undefined) throw new Error(`the page has no field '${name}': ${page}`);
  return value;
}
