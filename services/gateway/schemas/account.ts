import { z } from 'zod';
import { text } from '../../kit/fields/text-rules.ts';
import { ACCOUNT_NAME, EMAIL, PASSWORD } from '../../proto/limits.ts';
import { identifier } from './identifier.ts';

const email = text(EMAIL).meta({ format: 'email' });

export const registration = z
  .strictObject({
    email,
    password: text(PASSWORD).describe('Any Unicode characters, including spaces.'),
    name: text(ACCOUNT_NAME),
  })
  .meta({
    id: 'Registration',
    examples: [{ email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' }],
  });

export const account = z
  .strictObject({ id: identifier, email: z.string(), name: z.string(), role: z.enum(['customer', 'admin']) })
  .meta({ id: 'Account' });

export const credentials = z
  .strictObject({ email, password: text({ ...PASSWORD, min: 1 }) })
  .meta({ id: 'Credentials', examples: [{ email: 'ada@example.com', password: 'correct horse battery' }] });

export const session = z
  .strictObject({
    accessToken: z
      .string()
      .describe(
        'A JWT (RFC 7519) signed with EdDSA. The keys that verify it are at `/.well-known/jwks.json`.',
      ),
    expiresIn: z.int().min(1).describe('Lifetime of the token in seconds.'),
  })
  .meta({ id: 'Session' });
