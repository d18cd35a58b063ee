import type { Clients } from '../clients.ts';
import { defineOperation } from '../http/define-operation.ts';
import type { HttpOperations } from '../http/route.ts';
import { account, credentials, registration, session } from '../schemas/account.ts';

/** Cost of a password hash, in requests without one. */
const HASHING_COST = 20;

/** Returns the operations for accounts and sessions. */
export function accountOperations({ user }: Pick<Clients, 'user'>): HttpOperations {
  return {
    createUser: defineOperation({
      tag: 'Accounts',
      summary: 'Create an account',
      body: { kind: 'json', schema: registration },
      answer: {
        status: 201,
        kind: 'json',
        description: 'The account, with role `customer`.',
        schema: account,
      },
      errors: ['email-taken'],
      cost: HASHING_COST,
      async handle({ body, context }) {
        const response = await user.register(body, { context });
        return { body: account.parse(response.user) };
      },
    }),
    createSession: defineOperation({
      tag: 'Accounts',
      summary: 'Sign in',
      body: { kind: 'json', schema: credentials },
      answer: { status: 201, kind: 'json', description: 'An access token.', schema: session },
      errors: ['wrong-credentials'],
      cost: HASHING_COST,
      async handle({ body, context }) {
        const { accessToken, expiresInSeconds } = await user.signIn(body, { context });
        return { body: { accessToken, expiresIn: expiresInSeconds } };
      },
    }),
  };
}
