import { afterAll, beforeAll } from '@jest/globals';
import { startGateway, type TestGateway } from '../../../services/gateway/test-gateway.ts';
import { testContract } from './test-contract.ts';

let gateway: TestGateway;
let token: string;
beforeAll(async () => {
  gateway = await startGateway();
  token = await gateway.token();
});
afterAll(() => gateway.stop());

testContract('express', () => ({ url: new URL(gateway.url), token }));
