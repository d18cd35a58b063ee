import { type ServiceError, serviceError } from './service-error.ts';

/**
 * An `invalid-request` for one field, to be thrown.
 * @param field its path as the client spelled it: `items[0].quantity`
 * @param description in lower case: the bad value and what to change
 */
export function invalidField(field: string, description: string): ServiceError {
  return serviceError('invalid-request', { violations: [{ field, description }] });
}
