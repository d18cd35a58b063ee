import type { Clients } from '../clients.ts';
import { defineRoute } from '../http/define-route.ts';
import type { HttpRoute } from '../http/route.ts';
import { account, credentials, registration, session } from '../schemas/account.ts';

/** Cost of a password hash, in requests without one. */
const HASHING_COST = 20;

/** Returns the routes for accounts and sessions. */
export function accountRoutes({ user }: Pick<Clients, 'user'>): readonly HttpRoute[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/v1/users',
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
    defineRoute({
      method: 'POST',
      path: '/v1/sessions',
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
  ];
}
