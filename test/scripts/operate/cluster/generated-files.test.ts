import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import { loadEnvironment } from '../../../../charts/environments.ts';
import { istioInstallSpec } from '../../../../mesh/compile/istio/install.ts';
import { findFreePort } from '../../../../scripts/operate/cluster/find-free-port.ts';
import { istioOperator } from '../../../../scripts/operate/cluster/istio-operator.ts';
import { kindConfig } from '../../../../scripts/operate/cluster/kind-config.ts';

test('generates the configuration of kind', () => {
  expect(kindConfig(8_080)).toMatchSnapshot();
});

test('generates the IstioOperator of istioctl', () => {
  expect(istioOperator('http://127.0.0.1:8080', istioInstallSpec(loadEnvironment('kind')))).toMatchSnapshot();
});

test('rejects a port in use with a fix', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await expect(findFreePort(port)).rejects.toThrow(
    `port ${port} is in use: stop the other program, or choose another --port`,
  );
  await new Promise((resolve) => server.close(resolve));
  expect(await findFreePort(port)).toBe(port);
  expect(await findFreePort(0)).toBeGreaterThan(0);
});
