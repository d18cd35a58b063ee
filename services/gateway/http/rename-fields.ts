import { ServiceError } from '../../kit/service-error.ts';

/** Fields of a callee's request by the names that the client wrote. */
export type FieldNames = Readonly<Record<string, string>>;

/** `error` with its violations' fields renamed; what is no ServiceError with violations, as it is. */
export function renameFields(error: unknown, rename: (field: string) => string): unknown {
  if (!(error instanceof ServiceError) || error.violations.length === 0) return error;
  const { code, metadata, violations, omittedViolations } = error;
  return new ServiceError(code, {
    metadata,
    cause: error,
    violations: violations.map(({ field, description }) => ({ field: rename(field), description })),
    omittedViolations,
  });
}

/**
 * The client's name for `field`: the first of `names` that is the field, or an object around it, is replaced. With
 * `{ product: '' }`, `product.price.amount` is `price.amount`.
 */
export function writtenName(field: string, names: FieldNames): string {
  for (const [name, written] of Object.entries(names)) {
    if (field === name) return written || field;
    const rest = field.slice(name.length);
    if (field.startsWith(name) && /^[.[]/.test(rest))
      return written ? written + rest : rest.replace(/^\./, '');
  }
  return field;
}
