import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AppTls } from '../../../../mesh/policy/tls.ts';
import { readAppConfig } from '../../../../services/kit/config/app-config.ts';
import { SettingsError } from '../../../../services/kit/errors/settings-error.ts';
import { readTlsFiles } from '../../../../services/kit/tls/tls-files.ts';
import { createAuthority } from '../../../certificates.ts';

const AUTHORITY = createAuthority('CA');
const CLIENT = AUTHORITY.issue({ commonName: 'orders' });
const PEM = { type: 'pkcs8', format: 'pem' } as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-tls-files-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const files = {
    'ca.crt': AUTHORITY.certificate,
    'commented.crt': `# of 2026\n${AUTHORITY.certificate}\n# of 2027\n${createAuthority('B').certificate}`,
    'key.pem': CLIENT.key,
    'client.crt': CLIENT.certificate,
    'other.pem': privateKey.export(PEM).toString(),
    'locked.pem': privateKey.export({ ...PEM, cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
    'empty.crt': '',
    'broken.crt': AUTHORITY.certificate.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA'),
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
});
afterAll(() => rmSync(folder, { recursive: true }));

const ca = (file: string): AppTls => ({ mode: 'verify-full', ca: file });
const pair = (certificate: string, key: string): AppTls => ({
  mode: 'require',
  clientCertificate: { certificate, key },
});

test('reads a CA bundle with text between certificates, and a client certificate', () => {
  expect(readTlsFiles(ca('commented.crt'), folder).ca?.match(/BEGIN/g)).toHaveLength(2);
  expect(readTlsFiles(pair('client.crt', 'key.pem'), folder)).toMatchObject({ key: CLIENT.key });
  expect(readTlsFiles({ mode: 'disable' }, folder)).toEqual({});
});

describe('an unusable file is a wrong setting with its path', () => {
  test.each<[string, AppTls, string, string]>([
    [
      'a missing CA',
      ca('gone.crt'),
      'gone.crt',
      'the file cannot be read (ENOENT); create it, or set WEFT_TLS',
    ],
    ['an empty CA', ca('empty.crt'), 'empty.crt', 'the file has no certificate; use PEM'],
    ['a key as the CA', ca('key.pem'), 'key.pem', 'the file has no certificate; use PEM'],
    ['a broken CA', ca('broken.crt'), 'broken.crt', 'a certificate cannot be parsed'],
    ['a missing key', pair('client.crt', 'gone.pem'), 'gone.pem', 'the file cannot be read (ENOENT)'],
    ['a certificate as the key', pair('client.crt', 'ca.crt'), 'ca.crt', 'the private key cannot be parsed'],
    [
      'a key with a passphrase',
      pair('client.crt', 'locked.pem'),
      'locked.pem',
      'use PEM without a passphrase',
    ],
    [
      'the key of another',
      pair('client.crt', 'other.pem'),
      'other.pem',
      'does not match the certificate in client.crt',
    ],
  ])('%s', (_, tls, file, rule) => {
    const read = () => readTlsFiles(tls, folder);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(`${join(folder, file)}: `);
    expect(read).toThrow(rule);
  });
});

describe('app.json with contradictory TLS fields is a wrong setting with field, value and rule', () => {
  const read = (tls: unknown) => {
    const path = join(folder, 'app.json');
    const store = {
      address: 'postgres.test:5432',
      database: 'orders',
      role: 'orders',
      maxConnections: 1,
      tls,
    };
    writeFileSync(path, JSON.stringify({ service: 'order', calls: {}, callers: {}, store }));
    return () => readAppConfig(path, 'order').store?.tls;
  };

  test.each<[string, unknown, string]>([
    [
      'a mode that libpq has and Weft refuses',
      { mode: 'prefer' },
      "store.tls.mode is 'prefer': use one of verify-full, verify-ca, require, disable",
    ],
    ['no mode', { ca: 'ca.crt' }, 'store.tls.mode: use one of'],
    [
      'a CA that require would ignore',
      { mode: 'require', ca: 'ca.crt' },
      "store.tls.ca is 'ca.crt': mode 'require' ignores it",
    ],
    [
      'a CA that disable would ignore',
      { mode: 'disable', ca: 'ca.crt' },
      "store.tls.ca is 'ca.crt': mode 'disable' ignores it",
    ],
    [
      'verify-ca without a CA',
      { mode: 'verify-ca' },
      'store.tls.ca: use the path of a file, relative to the folder WEFT_TLS',
    ],
    [
      'half a client certificate',
      { mode: 'require', clientCertificate: { certificate: 'a' } },
      'store.tls.clientCertificate.key: use the path',
    ],
    ['an unknown field', { mode: 'require', sni: 'x' }, 'Unrecognized key: "sni"'],
  ])('%s', (_, tls, message) => {
    expect(read(tls)).toThrow(SettingsError);
    expect(read(tls)).toThrow(message);
  });

  test('accepts every valid mode', () => {
    for (const tls of [ca('ca.crt'), { mode: 'verify-full' }, pair('a', 'b'), { mode: 'disable' }])
      expect(read(tls)()).toEqual(tls);
  });
});
