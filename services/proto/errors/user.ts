/** Errors of the service user. Codes are stable: clients compare them. */
export const USER_ERRORS = {
  'wrong-credentials': {
    grpc: 'UNAUTHENTICATED',
    http: 401,
    title: 'Wrong credentials',
    message: 'no account has this address and password; check both',
  },
  'email-taken': {
    grpc: 'ALREADY_EXISTS',
    http: 409,
    title: 'Address taken',
    message: 'an account with this address exists; sign in, or use another address',
  },
} as const;
