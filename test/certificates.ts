import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';

/** A certificate with its private key, both in PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateProps {
  readonly commonName: string;
  /** Names and IPv4 addresses that it is for. @default none */
  readonly hosts?: readonly string[];
  /** @default an hour from now */
  readonly notAfter?: Date;
}

/** An authority that issues certificates for tests: ECDSA over P-256, valid since yesterday. */
export interface Authority {
  /** Its own certificate, in PEM. */
  readonly certificate: string;
  issue(props: CertificateProps): Issued;
}

const HOUR_MS = 3_600_000;

/** Makes an authority. Node.js reads X.509 and does not write it; what tests need of it is less than a package. */
export function createAuthority(commonName: string): Authority {
  const own = keyPair();
  const issue = (subject: CertificateProps, publicKey: Buffer, isAuthority: boolean) => {
    const body = toBeSigned(commonName, subject, publicKey, isAuthority);
    const signature = sign('sha256', body, createPrivateKey(own.key));
    return pem('CERTIFICATE', sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature)));
  };
  return {
    certificate: issue({ commonName }, own.publicKey, true),
    issue(props) {
      const { key, publicKey } = keyPair();
      return { certificate: issue(props, publicKey, false), key };
    },
  };
}

function keyPair(): { readonly key: string; readonly publicKey: Buffer } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { key: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), publicKey };
}

/** TBSCertificate of RFC 5280, 4.1. */
function toBeSigned(
  issuer: string,
  subject: CertificateProps,
  publicKey: Buffer,
  isAuthority: boolean,
): Buffer {
  const { commonName, hosts = [], notAfter = new Date(Date.now() + HOUR_MS) } = subject;
  const since = new Date(Math.min(Date.now(), notAfter.getTime()) - 24 * HOUR_MS);
  // Positive, and without a leading zero.
  const serial = Buffer.concat([Buffer.from([0x40]), randomBytes(7)]);
  const usage = isAuthority ? [0x01, 0x06] : [0x07, 0x80];
  return sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_SHA256,
    name(issuer),
    sequence(time(since), time(notAfter)),
    name(commonName),
    publicKey,
    der(
      0xa3,
      sequence(
        extension('551d13', isAuthority ? sequence(der(0x01, Buffer.from([0xff]))) : sequence()),
        extension('551d0f', der(0x03, Buffer.from(usage))),
        ...(hosts.length > 0 ? [extension('551d11', sequence(...hosts.map(alternativeName)))] : []),
      ),
    ),
  );
}

/** Tag, length and content (X.690, 8.1). */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, ...parts);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const ECDSA_SHA256 = sequence(oid('2a8648ce3d040302'));

function name(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function time(at: Date): Buffer {
  return der(0x17, Buffer.from(`${at.toISOString().slice(2, 19).replaceAll(/[-:T]/g, '')}Z`));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x04, value));
}

function alternativeName(host: string): Buffer {
  return isIP(host) === 4
    ? der(0x87, Buffer.from(host.split('.').map(Number)))
    : der(0x82, Buffer.from(host));
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
