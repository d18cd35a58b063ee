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

/** Creates a connected endpoint; the picker uses only the connection's state and picker. */
function createEndpoint(): GrpcEndpoint {
  const leaf = {
    getConnectivityState: () => connectivityState.READY,
    getPicker: () => ({ pick: () => COMPLETE }),
  } as unknown as GrpcEndpoint['leaf'];
  return { ...createCalleeEndpoint('a', undefined), leaf };
}

const soon = () => new Promise((resolve) => setImmediate(resolve));

test('a request counts as active from its pick to its end', async () => {
  const endpoint = createEndpoint();
  const ended: status[] = [];
  const picker = new EndpointPicker(
    { kind: 'least-request' },
    leastRequest([endpoint]),
    [endpoint],
    (_, code) => ended.push(code),
  );
  const pick = () => picker.pick({ metadata: new Metadata(), extraPickInfo: {} });
  const [first, second] = [pick(), pick()];
  expect(endpoint.activeRequests).toBe(2);
  first.onCallStarted?.();
  await soon();
  // The second call never started.
  expect(endpoint.activeRequests).toBe(1);
  first.onCallEnded?.(status.OK, '', new Metadata());
  expect(endpoint.activeRequests).toBe(0);
  expect(ended).toEqual([status.OK]);
  expect(second.onCallEnded).not.toBeNull();
});
