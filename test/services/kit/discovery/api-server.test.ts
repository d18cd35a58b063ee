import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { inClusterApiServer } from '../../../../services/kit/discovery/kubernetes/api-server.ts';

const POD = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-account-'));
  writeFileSync(join(folder, 'token'), 'first\n');
  writeFileSync(join(folder, 'ca.crt'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('uses the API server of the pod, and reads the token for each request', () => {
  const { url, headers } = inClusterApiServer(POD, folder);
  expect([url, headers()]).toEqual(['https://10.96.0.1:443', { authorization: 'Bearer first' }]);
  writeFileSync(join(folder, 'token'), 'second');
  expect(headers()).toEqual({ authorization: 'Bearer second' });
  expect(inClusterApiServer({ ...POD, KUBERNETES_SERVICE_HOST: 'fd00::1' }, folder).url).toBe(
    'https://[fd00::1]:443',
  );
});

test('names the missing setting outside of a pod', () => {
  expect(() => inClusterApiServer({}, folder)).toThrow(
    'KUBERNETES_SERVICE_HOST: missing; run in a pod, or set WEFT_DISCOVERY to another discovery than kubernetes',
  );
});

test('names the missing token file, and the setting that adds it', () => {
  rmSync(join(folder, 'token'));
  expect(() => inClusterApiServer(POD, folder)).toThrow(
    `${join(folder, 'token')}: cannot be read (ENOENT); set automountServiceAccountToken for the pod`,
  );
});
