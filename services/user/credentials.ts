import { z } from 'zod';
import { text } from '../kit/fields/text-rules.ts';
import { ACCOUNT_NAME, EMAIL, PASSWORD } from '../proto/limits.ts';

/** Fields of a new account. */
export const registration = z.object({
  email: text(EMAIL),
  password: text(PASSWORD),
  name: text(ACCOUNT_NAME).trim(),
});
