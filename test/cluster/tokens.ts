import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { readSecret } from '../../scripts/operate/cluster/make-secrets.ts';

/** Claims of a token. Defaults are those of the shop's own tokens. */
export interface Claims {
  readonly issuer?: string;
  readonly audience?: string;
  /** Null for none. */
  readonly role?: string | null;
  /** Seconds from now; null for none. */
  readonly expiresIn?: number | null;
}

/** Creates tokens with the signing key of the running shop. */
export interface Tokens {
  sign(claims?: Claims): Promise<string>;
  /** Signed by an unknown key, with the id of the shop's key. */
  foreign(): Promise<string>;
  /** Without a signature, as its header says (RFC 7519, section 6). */
  unsigned(): string;
  /** Signed by HMAC, with the text of the public key as the secret. */
  confused(): string;
}

export const ISSUER = 'https://weft.example';
export const AUDIENCE = 'shop';
/** An account that does not exist: it has no orders. */
export const SUBJECT = '00000000-0000-7000-8000-000000000000';

export async function tokens(): Promise<Tokens> {
  const key = createPrivateKey(await readSecret({ secret: 'token-key', key: 'token-key.pem' }));
  const publicKey = createPublicKey(key);
  const kid = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }));
  const good = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: SUBJECT,
    role: 'customer',
    exp: Math.floor(Date.now() / 1_000) + 600,
  };
  const text = (header: object) => [header, good].map((part) => base64url(JSON.stringify(part))).join('.');
  return {
    sign: (claims) => sign(key, kid, claims),
    foreign: () => sign(generateKeyPairSync('ed25519').privateKey, kid),
    unsigned: () => `${text({ alg: 'none', typ: 'at+jwt' })}.`,
    confused: () => {
      const signed = text({ alg: 'HS256', typ: 'at+jwt', kid });
      const secret = publicKey.export({ format: 'pem', type: 'spki' });
      return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
    },
  };
}

function sign(
  key: KeyObject,
  kid: string,
  { issuer = ISSUER, audience = AUDIENCE, role = 'customer', expiresIn = 600 }: Claims = {},
): Promise<string> {
  const token = new SignJWT(role === null ? {} : { role })
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(SUBJECT);
  const now = Math.floor(Date.now() / 1_000);
  return (expiresIn === null ? token : token.setExpirationTime(now + expiresIn)).sign(key);
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
