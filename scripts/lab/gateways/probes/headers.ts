import { type GatewayProbe, requestProbe, sendRequest } from '../probe.ts';

const REQUEST_ID = 'probe-1.2:3';

/** Returns a probe that reports whether a response has a request id, and whether that is the id of the request. */
function requestIdProbe(name: string, path: string, sent: string | undefined, answer: string): GatewayProbe {
  return {
    name,
    answer,
    async send(target) {
      const headers = sent === undefined ? [] : [`X-Request-Id: ${sent}`];
      const id = (await sendRequest(target, { path, headers }))?.headers.get('x-request-id');
      if (id === undefined) return 'no request id';
      return id === sent ? 'the request id of the client' : 'a new request id';
    },
  };
}

export const HEADER_PROBES: readonly GatewayProbe[] = [
  requestIdProbe('the request id of a response', '/v1/products', undefined, 'a new request id'),
  requestIdProbe('the request id of an error', '/v1/nothing', undefined, 'a new request id'),
  requestIdProbe('a request id of the client', '/v1/products', REQUEST_ID, 'the request id of the client'),
  requestIdProbe(
    'a request id of the client in an error',
    '/v1/nothing',
    REQUEST_ID,
    'the request id of the client',
  ),
  requestProbe(
    'a header of 8 KiB',
    { path: '/v1/products', headers: [`X-Long: ${'x'.repeat(8_192)}`] },
    '200 application/json',
  ),
  requestProbe(
    'a header of 64 KiB',
    { path: '/v1/products', headers: [`X-Long: ${'x'.repeat(65_536)}`] },
    '431 headers-too-large',
  ),
  requestProbe('a path of 64 KiB', { path: `/v1/products?q=${'x'.repeat(65_536)}` }, '431 headers-too-large'),
];
