/** A server cannot listen where it was told to. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  constructor(address: string, cause: Error) {
    const reason = /EADDRINUSE/.test(cause.message)
      ? 'another process listens there; stop it or choose another port'
      : /EADDRNOTAVAIL/.test(cause.message)
        ? 'this machine does not have that address; use 127.0.0.1 or 0.0.0.0'
        : /EACCES/.test(cause.message)
          ? 'ports below 1024 need more rights; choose a higher one'
          : cause.message;
    super(`cannot listen on ${address}: ${reason}`, { cause });
  }
}
