import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { defineErrors, serviceError } from '../kit/errors/service-error.ts';
import { isUuid, uuidv7 } from '../kit/fields/uuid.ts';
import type { CallContext, Handlers } from '../kit/grpc/handlers.ts';
import { USER_ERRORS } from '../proto/errors/user.ts';
import type { UserServiceDefinition } from '../proto/gen/weft/user/v1/user.ts';
import type { Accounts } from './accounts.ts';
import { registration } from './credentials.ts';
import type { HashingQueue } from './hashing-queue.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import type { TokenSigner } from './token-signer.ts';

const userError = defineErrors(USER_ERRORS);

export interface UserServiceParts {
  readonly accounts: Accounts;
  readonly hashing: HashingQueue;
  readonly signer: TokenSigner;
}

/** Returns the handlers of the user service: accounts, passwords and tokens. */
export async function userService(parts: UserServiceParts): Promise<Handlers<UserServiceDefinition>> {
  const { accounts, hashing, signer } = parts;
  // Verified for unknown addresses, so that response times do not reveal which accounts exist.
  const dummyHash = await hashPassword(randomUUID());

  return {
    async register(request, context) {
      const { email, password, name } = parse(registration, request);
      const passwordHash = await hashing.run(() => hashPassword(password), context.signal);
      const user = { id: uuidv7(), email, name, role: 'customer' } as const;
      if (!(await accounts.add({ ...user, passwordHash }))) throw userError('email-taken');
      return { user };
    },

    async signIn({ email, password }, context: CallContext) {
      // Postgres refuses NUL characters, so no account has such an address.
      const account = email.includes('\0') ? undefined : await accounts.byEmail(email);
      const stored = account?.passwordHash ?? dummyHash;
      const isCorrect = await hashing.run(() => verifyPassword(password, stored), context.signal);
      if (!account || !isCorrect) throw userError('wrong-credentials');
      return { accessToken: await signer.sign(account), expiresInSeconds: signer.lifetimeSeconds };
    },

    async getUser({ id }) {
      const user = isUuid(id) ? await accounts.byId(id) : undefined;
      if (!user) throw serviceError('not-found', { metadata: { what: 'account' } });
      return { user };
    },

    async getSigningKeys() {
      return { jwksJson: JSON.stringify(signer.keySet) };
    },
  };
}

/** Parses a request. @throws ServiceError `invalid-request` that names each invalid field */
function parse<T>(schema: z.ZodType<T>, request: unknown): T {
  const parsed = schema.safeParse(request);
  if (parsed.success) return parsed.data;
  const violations = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.'),
    description: issue.message,
  }));
  throw serviceError('invalid-request', { violations });
}
