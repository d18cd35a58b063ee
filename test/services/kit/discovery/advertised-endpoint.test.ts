import { isIP } from 'node:net';
import { expect, test } from '@jest/globals';
import { resolveAdvertisedEndpoint } from '../../../../services/kit/discovery/advertised-endpoint.ts';

test.each([
  ['127.0.0.1:50051', undefined, '127.0.0.1', 50_051],
  ['0.0.0.0:50051', '10.0.0.7:0', '10.0.0.7', 50_051],
  ['0.0.0.0:50051', 'callee.example:443', 'callee.example', 443],
])('listening on %s and advertising %s resolves to %s:%i', (listening, advertise, host, port) => {
  expect(resolveAdvertisedEndpoint(listening, advertise)).toEqual({ host, port });
});

test('a wildcard address resolves to the address of an interface', () => {
  const { host, port } = resolveAdvertisedEndpoint('0.0.0.0:50051');
  expect([isIP(host) > 0, host === '0.0.0.0', port]).toEqual([true, false, 50_051]);
});
