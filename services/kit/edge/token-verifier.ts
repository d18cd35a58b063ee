import { errors, type JWTPayload, jwtVerify } from 'jose';
import { serviceError } from '../errors/service-error.ts';
import type { Bearer } from './bearer.ts';
import type { KeySet, SigningKeys } from './signing-keys.ts';
import { VerifiedTokens } from './verified-tokens.ts';

export interface TokenVerificationRules {
  readonly issuer: string;
  readonly audience: string;
}

/** The scheme has no case (RFC 9110, 11.1). */
const BEARER = /^bearer +(\S+) *$/i;

/** Verifies access tokens of the header `Authorization` (RFC 6750). */
export class TokenVerifier {
  readonly #keys: SigningKeys;
  readonly #rules: TokenVerificationRules;
  readonly #now: () => number;
  readonly #verified = new VerifiedTokens();

  /** @param now milliseconds since the epoch. @default Date.now */
  constructor(keys: SigningKeys, rules: TokenVerificationRules, now = Date.now) {
    this.#keys = keys;
    this.#rules = rules;
    this.#now = now;
  }

  /**
   * Verifies the token of an `Authorization` header, if it has one. A request that needs no token, but has an invalid
   * one, is refused, because its client believes to be signed in. Istio does the same.
   * @throws ServiceError `invalid-token`, as `verify` does
   */
  async verifyOptional(authorization: string | undefined): Promise<Bearer | undefined> {
    return BEARER.test(authorization ?? '') ? this.verify(authorization) : undefined;
  }

  /**
   * Verifies the token of an `Authorization` header, and returns its account.
   * @throws ServiceError `unauthenticated` without a token; `invalid-token` for one that is malformed, signed by
   *   another key or with another algorithm, expired, or issued for another audience
   */
  async verify(authorization: string | undefined): Promise<Bearer> {
    const token = BEARER.exec(authorization ?? '')?.[1];
    if (!token) throw serviceError('unauthenticated');
    const keys = await this.#keys.current();
    return (
      this.#verified.find(token, keys, this.#now()) ??
      this.#bearer(token, keys)
        .catch(async (cause) => {
          const newer =
            cause instanceof errors.JWKSNoMatchingKey ? await this.#keys.newerThan(keys) : undefined;
          if (newer) return this.#bearer(token, newer);
          throw cause;
        })
        .catch((cause) => {
          throw serviceError('invalid-token', { cause });
        })
    );
  }

  async #bearer(token: string, keys: KeySet): Promise<Bearer> {
    const { sub, role, exp = 0 } = await this.#payload(token, keys);
    if (typeof sub !== 'string' || typeof role !== 'string')
      throw new Error(`sub and role are ${typeof sub} and ${typeof role}, not strings`);
    const bearer = { subject: sub, role };
    this.#verified.add(token, keys, { bearer, expiresAt: exp * 1_000 });
    return bearer;
  }

  async #payload(token: string, keys: KeySet): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keys.find, {
      ...this.#rules,
      // Fixes the algorithm, so that a token cannot select `none`, or HMAC with the public key as the secret (RFC 8725,
      // 2.1).
      algorithms: ['EdDSA'],
      requiredClaims: ['sub', 'role', 'exp'],
      currentDate: new Date(this.#now()),
    });
    return payload;
  }
}
