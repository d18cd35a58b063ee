import { beforeAll } from '@jest/globals';
import { readGatewayAddress } from '../../scripts/operate/cluster/gateway-address.ts';
import { createCustomer } from '../../scripts/operate/load/create-customer.ts';
import { testContract } from '../scripts/lab/gateways/test-contract.ts';

let url: URL;
let token: string;
beforeAll(async () => {
  url = new URL(await readGatewayAddress());
  token = await createCustomer(url.origin, AbortSignal.timeout(30_000));
});

testContract('istio-ingress', () => ({ url, token }));
