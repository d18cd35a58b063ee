import { serviceError, type Violation } from './service-error.ts';

/** @throws ServiceError `invalid-request` that lists `violations`, when there are any */
export function refuse(violations: readonly Violation[]): void {
  if (violations.length > 0) throw serviceError('invalid-request', { violations });
}
