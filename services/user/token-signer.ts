import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK, SignJWT } from 'jose';
import { uuidv7 } from '../kit/fields/uuid.ts';
import type { Account } from './account.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** How long a token holds, in seconds. */
  readonly lifetimeSeconds: number;
}

/** Signs access tokens (RFC 7519) with one Ed25519 key (RFC 8037). */
export class TokenSigner {
  readonly #key: KeyObject;
  readonly #rules: TokenRules;
  readonly #publicKey: JWK & { readonly kid: string };

  private constructor(key: KeyObject, rules: TokenRules, publicKey: JWK & { readonly kid: string }) {
    this.#key = key;
    this.#rules = rules;
    this.#publicKey = publicKey;
  }

  /**
   * @param pem a PKCS #8 Ed25519 private key
   * @throws Error when `pem` is not such a key; its text is never repeated
   */
  static async fromPem(pem: string, rules: TokenRules): Promise<TokenSigner> {
    const key = parsePrivateKey(pem);
    const jwk: JWK = createPublicKey(key).export({ format: 'jwk' });
    // The thumbprint (RFC 7638) as the key's name: every replica finds the same one.
    const kid = await calculateJwkThumbprint(jwk);
    return new TokenSigner(key, rules, { ...jwk, kid, alg: 'EdDSA', use: 'sig' });
  }

  get lifetimeSeconds(): number {
    return this.#rules.lifetimeSeconds;
  }

  /** The JWK Set (RFC 7517) that tokens are verified with. */
  get keySet(): { readonly keys: readonly JWK[] } {
    return { keys: [this.#publicKey] };
  }

  sign(account: Account): Promise<string> {
    const issuedAt = Math.floor(Date.now() / 1_000);
    return new SignJWT({ role: account.role })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.#publicKey.kid, typ: 'at+jwt' })
      .setIssuer(this.#rules.issuer)
      .setAudience(this.#rules.audience)
      .setSubject(account.id)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + this.#rules.lifetimeSeconds)
      .setJti(uuidv7())
      .sign(this.#key);
  }
}

function parsePrivateKey(pem: string): KeyObject {
  const key = (() => {
    try {
      return createPrivateKey(pem);
    } catch (cause) {
      throw new Error('secret token-key.pem: not a private key; give a PKCS #8 Ed25519 key in PEM', {
        cause,
      });
    }
  })();
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Error(`secret token-key.pem: a key of type ${key.asymmetricKeyType}; give an Ed25519 key`);
}
