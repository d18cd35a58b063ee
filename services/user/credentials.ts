import { z } from 'zod';

const EMAIL_LENGTH = 254; // RFC 5321, 4.5.3.1.3, less the angle brackets
const SHORTEST_PASSWORD = 8; // NIST SP 800-63B, 3.1.1.2
const LONGEST_PASSWORD = 256;
const LONGEST_NAME = 200;

/** Counted as a person counts: an emoji outside of the basic plane is one character. */
function characters(text: string): number {
  return [...text].length;
}

const email = z
  .string()
  .max(EMAIL_LENGTH, `at most ${EMAIL_LENGTH} characters`)
  .pipe(z.email('not an e-mail address, as in name@example.com'));

const password = z
  .string()
  .refine((text) => characters(text) >= SHORTEST_PASSWORD, `at least ${SHORTEST_PASSWORD} characters`)
  .refine((text) => characters(text) <= LONGEST_PASSWORD, `at most ${LONGEST_PASSWORD} characters`)
  .refine((text) => !text.includes('\0'), 'no NUL character');

const name = z
  .string()
  .trim()
  .min(1, 'at least one character that is not a space')
  .refine((text) => characters(text) <= LONGEST_NAME, `at most ${LONGEST_NAME} characters`)
  .refine((text) => !/\p{Cc}/u.test(text), 'no control characters');

/** What an account is made of. */
export const registration = z.object({ email, password, name });
