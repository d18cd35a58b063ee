import { connectivityState, experimental, Metadata, status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { leastRequest } from '../../../../services/kit/balance/least-request.ts';
import type { GrpcEndpoint } from '../../../../services/kit/client/callee-endpoint.ts';
import { createCalleeEndpoint } from '../../../../services/kit/client/callee-endpoint.ts';
import { EndpointPicker } from '../../../../services/kit/client/endpoint-picker.ts';

const COMPLETE = {
  pickResultType: experimental.PickResultType.COMPLETE,
  subchannel: null,
  status: null,
  onCallStarted: null,
  onCallEnded: null,
};

/** A connected host, of whose connection nothing but its state and its picker is used. */
function host(): GrpcEndpoint {
  const leaf = {
    getConnectivityState: () => connectivityState.READY,
    getPicker: () => ({ pick: () => COMPLETE }),
  } as unknown as GrpcEndpoint['leaf'];
  return { ...createCalleeEndpoint('a', undefined), leaf };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test('a request counts from its pick to its end', async () => {
  const one = host();
  const ended: status[] = [];
  const picker = new EndpointPicker({ kind: 'least-request' }, leastRequest([one]), [one], (_, code) =>
    ended.push(code),
  );
  const pick = () => picker.pick({ metadata: new Metadata(), extraPickInfo: {} });
  const [first, second] = [pick(), pick()];
  expect(one.activeRequests).toBe(2);
  first.onCallStarted?.();
  await soon();
  // The second was given up before it began.
  expect(one.activeRequests).toBe(1);
  first.onCallEnded?.(status.OK, '', new Metadata());
  expect(one.activeRequests).toBe(0);
  expect(ended).toEqual([status.OK]);
  expect(second.onCallEnded).not.toBeNull();
});
