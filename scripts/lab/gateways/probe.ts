import { describeResponse } from './describe-response.ts';
import { exchangeRaw, type RawResponse } from './raw-http.ts';

/** A gateway in front of the shop, and a customer of the shop. */
export interface ProbeTarget {
  readonly url: URL;
  /** A valid access token with the role `customer`. */
  readonly token: string;
}

/** A request with the answer that every gateway must give. */
export interface GatewayProbe {
  /** Unique, and complete on its own: `GET of an unknown path`. */
  readonly name: string;
  /** The contract, in the form of `describeResponse`. */
  readonly answer: string;
  readonly send: (target: ProbeTarget) => Promise<string>;
}

interface RequestParts {
  readonly method?: string;
  /** Sent as it is. */
  readonly path: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Whether to send the token of the customer. @default false */
  readonly hasToken?: boolean;
}

/** Returns a probe that sends one request and describes its response. */
export function requestProbe(name: string, parts: RequestParts, answer: string): GatewayProbe {
  return { name, answer, send: async (target) => describeResponse(await sendRequest(target, parts)) };
}

/** Returns a probe that sends bytes. `{host}` stands for the value of the header `Host`. */
export function bytesProbe(name: string, bytes: string, answer: string): GatewayProbe {
  return {
    name,
    answer,
    send: async ({ url }) => describeResponse(await exchangeRaw(url, bytes.replaceAll('{host}', url.host))),
  };
}

/** Sends one request and returns its response. */
export function sendRequest(
  { url, token }: ProbeTarget,
  { method = 'GET', path, headers = [], body, hasToken = false }: RequestParts,
): Promise<RawResponse | undefined> {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${url.host}`,
    'Connection: close',
    ...(hasToken ? [`Authorization: Bearer ${token}`] : []),
    ...headers,
    ...(body === undefined || headers.some((header) => /^transfer-encoding/i.test(header))
      ? []
      : [`Content-Length: ${Buffer.byteLength(body, 'latin1')}`]),
  ];
  return exchangeRaw(url, `${head.join('\r\n')}\r\n\r\n${body ?? ''}`);
}
