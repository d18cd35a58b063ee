import { serviceError } from '../errors/service-error.ts';

/**
 * Returns a function that checks whether a caller may call a method path.
 * @param callers method paths by caller; empty allows all calls, because the mesh enforces authorization
 * @throws ServiceError `undeclared-call`, from the returned function
 */
export function createAuthorizer(
  callers: Readonly<Record<string, readonly string[]>>,
): (caller: string, path: string) => void {
  const allowed = new Map(Object.entries(callers).map(([caller, paths]) => [caller, new Set(paths)]));
  if (allowed.size === 0) return () => {};
  return (caller, method) => {
    if (!allowed.get(caller)?.has(method))
      throw serviceError('undeclared-call', { metadata: { caller, method } });
  };
}
