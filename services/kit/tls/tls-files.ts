import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AppClientCertificate, AppTls } from '../../../mesh/policy/tls.ts';
import { SettingsError } from '../errors/settings-error.ts';

/** Contents of the files that a connection needs, in PEM. */
export interface TlsMaterial {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const CERTIFICATE = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g;

/**
 * Reads and checks the files that `tls` names below `folder`.
 * @throws SettingsError that names a file which cannot be read, has no certificate or no usable key, or has a key that
 *   does not match its certificate
 */
export function readTlsFiles(tls: AppTls, folder: string): TlsMaterial {
  if (tls.mode === 'disable') return {};
  const ca = 'ca' in tls && tls.ca !== undefined ? { ca: readCertificates(join(folder, tls.ca)).pem } : {};
  return { ...ca, ...(tls.clientCertificate && readPair(tls.clientCertificate, folder)) };
}

/** Returns a string that changes when one of the files is replaced. */
export function tlsFilesSignature(tls: AppTls, folder: string): string {
  if (tls.mode === 'disable') return '';
  const { certificate, key } = tls.clientCertificate ?? {};
  return ['ca' in tls ? tls.ca : undefined, certificate, key]
    .map((file) => statSignature(folder, file))
    .join();
}

function statSignature(folder: string, file: string | undefined): string {
  if (file === undefined) return '';
  const stat = statSync(join(folder, file), { bigint: true, throwIfNoEntry: false });
  return stat ? `${stat.ino}/${stat.size}/${stat.mtimeNs}` : 'missing';
}

function readPair({ certificate, key }: AppClientCertificate, folder: string): TlsMaterial {
  const { pem: cert, first } = readCertificates(join(folder, certificate));
  const path = join(folder, key);
  const keyPem = read(path);
  if (!first.checkPrivateKey(parseKey(path, keyPem))) {
    const rule = `the private key does not match the certificate in ${certificate}; use files that were issued together`;
    throw new SettingsError([{ key: path, rule }]);
  }
  return { cert, key: keyPem };
}

function readCertificates(path: string): { readonly pem: string; readonly first: X509Certificate } {
  const blocks = read(path).match(CERTIFICATE) ?? [];
  const certificates = blocks.map((pem) => parseCertificate(path, pem));
  const [first] = certificates;
  if (!first) {
    const rule = 'the file has no certificate; use PEM, which starts with -----BEGIN CERTIFICATE-----';
    throw new SettingsError([{ key: path, rule }]);
  }
  return { pem: blocks.join('\n'), first };
}

function parseCertificate(path: string, pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    const rule = `a certificate cannot be parsed (${reasonOf(error)}); use the PEM file that the authority issued`;
    throw new SettingsError([{ key: path, rule }]);
  }
}

function parseKey(path: string, pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    const rule = `the private key cannot be parsed (${reasonOf(error)}); use PEM without a passphrase`;
    throw new SettingsError([{ key: path, rule }]);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const rule = `the file cannot be read (${code}); create it, or set WEFT_TLS to its folder`;
    throw new SettingsError([{ key: path, rule }]);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
