import { type GatewayProbe, requestProbe } from '../probe.ts';

const JSON_TYPE = 'Content-Type: application/json';
const LIMIT = 1_000_000;

function post(name: string, headers: readonly string[], body: string, answer: string): GatewayProbe {
  return requestProbe(name, { method: 'POST', path: '/v1/sessions', headers, body }, answer);
}

/** Returns `text` as one chunk of a chunked body. */
function chunked(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}

export const BODY_PROBES: readonly GatewayProbe[] = [
  post('a body that is not JSON', [JSON_TYPE], '{', '400 malformed-body'),
  post('an empty body', [JSON_TYPE], '', '400 malformed-body'),
  post('a body without a media type', [], '{}', '415 unsupported-media-type'),
  post('a body of another media type', ['Content-Type: text/plain'], '{}', '415 unsupported-media-type'),
  post('a compressed body', [JSON_TYPE, 'Content-Encoding: gzip'], '{}', '415 unsupported-media-type'),
  post('a body with unknown fields', [JSON_TYPE], '{"x":1}', '400 invalid-request'),
  post('a body above the limit', [JSON_TYPE], `"${'x'.repeat(LIMIT)}"`, '413 body-too-large'),
  post(
    'a chunked body above the limit',
    [JSON_TYPE, 'Transfer-Encoding: chunked'],
    chunked(`"${'x'.repeat(LIMIT)}"`),
    '413 body-too-large',
  ),
  post(
    'a chunked body',
    [JSON_TYPE, 'Transfer-Encoding: chunked'],
    chunked('{"x":1}'),
    '400 invalid-request',
  ),
];
