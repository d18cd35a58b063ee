import { serviceError } from '../errors/service-error.ts';

/** The account of a verified access token. */
export interface Bearer {
  /** The account's id. */
  readonly subject: string;
  readonly role: string;
}

/**
 * Returns the id of the client's account.
 * @throws ServiceError `unauthenticated` without a bearer
 */
export function subjectOf(bearer: Bearer | undefined): string {
  if (!bearer) throw serviceError('unauthenticated');
  return bearer.subject;
}
