import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK, SignJWT } from 'jose';
import { uuidv7 } from '../kit/fields/uuid.ts';
import type { Account } from './account.ts';

export interface TokenSigningRules {
  readonly issuer: string;
  readonly audience: string;
  /** Lifetime of a token, in seconds. */
  readonly lifetimeSeconds: number;
}

/** Signs access tokens (RFC 7519) with one Ed25519 key (RFC 8037). */
export class TokenSigner {
  readonly #key: KeyObject;
  readonly #rules: TokenSigningRules;
  readonly #publicKey: JWK & { readonly kid: string };

  private constructor(key: KeyObject, rules: TokenSigningRules, publicKey: JWK & { readonly kid: string }) {
    this.#key = key;
    this.#rules = rules;
    this.#publicKey = publicKey;
  }

  /**
   * @param pem a PKCS #8 Ed25519 private key
   * @throws Error when `pem` is not such a key. The message never contains it
   */
  static async fromPem(pem: string, rules: TokenSigningRules): Promise<TokenSigner> {
    const key = parsePrivateKey(pem);
    const jwk: JWK = createPublicKey(key).export({ format: 'jwk' });
    // The key id is the thumbprint (RFC 7638), which is the same in every replica.
    const kid = await calculateJwkThumbprint(jwk);
    return new TokenSigner(key, rules, { ...jwk, kid, alg: 'EdDSA', use: 'sig' });
  }

  get lifetimeSeconds(): number {
    return this.#rules.lifetimeSeconds;
  }

  /** JWK Set (RFC 7517) for the verification of tokens. */
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
      throw new Error('secret token-key.pem is not a private key; use a PKCS #8 Ed25519 key in PEM', {
        cause,
      });
    }
  })();
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new Error(`secret token-key.pem is a key of type ${key.asymmetricKeyType}; use an Ed25519 key`);
}
