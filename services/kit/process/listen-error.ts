const REASONS: readonly (readonly [RegExp, string])[] = [
  [/EADDRINUSE/, 'the address is in use; stop the other process, or use another port'],
  [/EADDRNOTAVAIL/, 'the address does not belong to this machine; use 127.0.0.1 or 0.0.0.0'],
  [/EAFNOSUPPORT/, 'this machine does not support the address family (IPv6); use 127.0.0.1 or 0.0.0.0'],
  [/EACCES|EPERM/, 'permission denied; use a port from 1024'],
  [/ENOTFOUND|EAI_AGAIN/, 'the host name cannot be resolved; use 127.0.0.1 or 0.0.0.0'],
  [/EMFILE|ENFILE/, 'too many open files; raise ulimit -n'],
];

/** A server cannot listen on its address. The message says why and what to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(address: string, cause: Error) {
    const reason = REASONS.find(([pattern]) => pattern.test(cause.message))?.[1] ?? cause.message;
    super(`cannot listen on ${address}: ${reason}`, { cause });
  }
}
