/**
 * Path at which a service answers whether an access token permits a request, for the gateway in front of it. A route
 * cannot have this path, because its segments have no `:`. Gateways do not forward external requests to it.
 */
export const AUTHORIZATION_PATH = '/:authorize';

/** Query parameter with the role that the request requires. Without it, any valid token permits the request. */
export const REQUIRED_ROLE_PARAMETER = 'role';
