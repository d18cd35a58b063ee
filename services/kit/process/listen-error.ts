const REASONS: readonly (readonly [RegExp, string])[] = [
  [/EADDRINUSE/, 'another process listens there; stop it or choose another port'],
  [/EADDRNOTAVAIL/, 'this machine does not have that address; use 127.0.0.1 or 0.0.0.0'],
  [/EAFNOSUPPORT/, 'this machine does not have that family of addresses (IPv6); use 127.0.0.1 or 0.0.0.0'],
  [
    /EACCES|EPERM/,
    'this user may not open that port; ports below 1024 need more rights, choose a higher one',
  ],
  [/ENOTFOUND|EAI_AGAIN/, 'the name of the host has no address; use 127.0.0.1 or 0.0.0.0'],
  [/EMFILE|ENFILE/, 'too many files are open; raise ulimit -n'],
];

/** A server cannot listen on its address. The message says why and what to change. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(address: string, cause: Error) {
    const reason = REASONS.find(([pattern]) => pattern.test(cause.message))?.[1] ?? cause.message;
    super(`cannot listen on ${address}: ${reason}`, { cause });
  }
}
