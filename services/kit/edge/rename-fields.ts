import { ServiceError } from '../errors/service-error.ts';

/** Names of the client's fields by the fields of the callee's request. */
export type FieldNames = Readonly<Record<string, string>>;

/** Returns `error` with the fields of its violations renamed, and any other error unchanged. */
export function renameFields(error: unknown, rename: (field: string) => string): unknown {
  if (!(error instanceof ServiceError) || error.violations.length === 0) return error;
  const { metadata, violations, omittedViolations } = error;
  return new ServiceError(error, {
    metadata,
    cause: error,
    violations: violations.map(({ field, description }) => ({ field: rename(field), description })),
    omittedViolations,
  });
}

/**
 * Returns the client's name for `field`. Replaces the first of `names` that is the field or an object around it: with
 * `{ product: '' }`, `product.price.amount` becomes `price.amount`.
 */
export function writtenName(field: string, names: FieldNames): string {
  for (const [name, clientName] of Object.entries(names)) {
    if (field === name) return clientName || field;
    const suffix = field.slice(name.length);
    if (field.startsWith(name) && /^[.[]/.test(suffix))
      return clientName ? clientName + suffix : suffix.replace(/^\./, '');
  }
  return field;
}
