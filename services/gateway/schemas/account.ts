import { z } from 'zod';
import { identifier } from './identifier.ts';
import { text } from './text.ts';

const email = text({ min: 3, max: 254 }).meta({ format: 'email' });

export const registration = z
  .strictObject({
    email,
    password: text({ min: 8, max: 256 }).describe('Any characters, spaces and emoji too.'),
    name: text({ min: 1, max: 200 }),
  })
  .meta({
    id: 'Registration',
    examples: [{ email: 'ada@example.com', password: 'correct horse battery', name: 'Ada' }],
  });

export const account = z
  .strictObject({ id: identifier, email: z.string(), name: z.string(), role: z.enum(['customer', 'admin']) })
  .meta({ id: 'Account' });

export const credentials = z
  .strictObject({ email, password: text({ min: 1, max: 256 }) })
  .meta({ id: 'Credentials', examples: [{ email: 'ada@example.com', password: 'correct horse battery' }] });

export const session = z
  .strictObject({
    accessToken: z.string().describe('A JWT, signed with EdDSA. Its keys are at /.well-known/jwks.json.'),
    expiresIn: z.int().min(1).describe('Seconds.'),
  })
  .meta({ id: 'Session' });
