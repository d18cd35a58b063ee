import { z } from 'zod';
import { text } from '../kit/fields/text-rules.ts';
import { ACCOUNT_NAME, EMAIL, PASSWORD } from '../proto/limits.ts';

const email = text(EMAIL).pipe(z.email('must be an email address, such as name@example.com'));

/** Fields of a new account. */
export const registration = z.object({ email, password: text(PASSWORD), name: text(ACCOUNT_NAME).trim() });
