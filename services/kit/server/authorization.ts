import { serviceError } from '../errors/service-error.ts';

/**
 * A check whether a caller may call a path.
 * @param callers paths by caller; empty lets all through, since the mesh has checked already
 * @throws ServiceError `undeclared-call`, from the check
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
