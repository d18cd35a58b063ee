import { errors, type JWTPayload, jwtVerify } from 'jose';
import { serviceError } from '../../kit/service-error.ts';
import type { Bearer } from './bearer.ts';
import type { KeySet, SigningKeys } from './signing-keys.ts';

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
}

/** Tells who bears an access token, from the header `Authorization` (RFC 6750). */
export class TokenVerifier {
  readonly #keys: SigningKeys;
  readonly #rules: TokenRules;

  constructor(keys: SigningKeys, rules: TokenRules) {
    this.#keys = keys;
    this.#rules = rules;
  }

  /**
   * @throws ServiceError `unauthenticated` without a token; `invalid-token` for one that is malformed,
   *   signed by another key or with another algorithm, expired, or meant for somebody else
   */
  async verify(authorization: string | undefined): Promise<Bearer> {
    const token = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (!token) throw serviceError('unauthenticated');
    const keys = await this.#keys.current();
    const payload = await this.#payload(token, keys)
      .catch(async (cause) => {
        const newer =
          cause instanceof errors.JWKSNoMatchingKey ? await this.#keys.newerThan(keys) : undefined;
        if (newer) return this.#payload(token, newer);
        throw cause;
      })
      .catch((cause) => {
        throw serviceError('invalid-token', { cause });
      });
    const { sub, role } = payload;
    if (typeof sub !== 'string' || typeof role !== 'string') throw serviceError('invalid-token');
    return { subject: sub, role };
  }

  async #payload(token: string, keys: KeySet): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, keys.find, {
      ...this.#rules,
      // Named here, so that a token cannot choose: not `none`, not an HMAC under the public key.
      algorithms: ['EdDSA'],
      requiredClaims: ['sub', 'role', 'exp'],
    });
    return payload;
  }
}
