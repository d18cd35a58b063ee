import { serviceError } from '../../kit/errors/service-error.ts';

/** Who a verified access token was given to. */
export interface Bearer {
  /** The account's id. */
  readonly subject: string;
  readonly role: string;
}

/**
 * The id of the account that asks.
 * @throws ServiceError `unauthenticated` when nobody is known
 */
export function subjectOf(bearer: Bearer | undefined): string {
  if (!bearer) throw serviceError('unauthenticated');
  return bearer.subject;
}
