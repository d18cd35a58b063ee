/** Errors of the service user. Codes are stable: clients compare them. */
export const USER_ERRORS = {
  'wrong-credentials': {
    grpc: 'UNAUTHENTICATED',
    http: 401,
    title: 'Wrong credentials',
    message: 'the email address or the password is wrong; check both',
  },
  'email-taken': {
    grpc: 'ALREADY_EXISTS',
    http: 409,
    title: 'Email address taken',
    message: 'an account with this email address already exists; sign in, or use another address',
  },
} as const;
