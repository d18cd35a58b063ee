import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { calculateJwkThumbprint, SignJWT } from 'jose';
import { readSecret } from '../../scripts/operate/cluster/make-secrets.ts';

/** What a token says; what is left out is as the shop itself says it. */
export interface Claims {
  readonly issuer?: string;
  readonly audience?: string;
  /** Null for none. */
  readonly role?: string | null;
  /** Seconds from now; null for none. */
  readonly expiresIn?: number | null;
}

/** Makes tokens with the key that the running shop signs its own with. */
export interface Tokens {
  sign(claims?: Claims): Promise<string>;
  /** Signed by a key that the shop does not have, under the name of the one that it has. */
  foreign(): Promise<string>;
  /** Without a signature, which its header says (RFC 7519, 6). */
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
