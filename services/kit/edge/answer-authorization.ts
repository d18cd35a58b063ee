import type { RequestHandler } from 'express';
import { AUTHORIZATION_PATH, REQUIRED_ROLE_PARAMETER } from '../../../mesh/policy/edge-authorization.ts';
import { ServiceError } from '../errors/service-error.ts';
import type { TokenVerifier } from './token-verifier.ts';

const TOKEN_ERRORS: ReadonlySet<string> = new Set(['unauthenticated', 'invalid-token']);

/**
 * Answers a gateway that asks whether the access token of its client permits a request, such as `auth_request` of nginx:
 * 204 if it does, 401 without a valid token, 403 without the required role, 503 if the keys are unavailable. The
 * responses have no challenge and no body, because the gateway answers its client itself.
 */
export function answerAuthorization(verifier: TokenVerifier): RequestHandler {
  return async (request, response, next) => {
    if (!request.url.startsWith(AUTHORIZATION_PATH)) return next();
    const { pathname, searchParams } = new URL(request.url, 'http://localhost');
    if (pathname !== AUTHORIZATION_PATH) return next();
    const role = searchParams.get(REQUIRED_ROLE_PARAMETER) ?? '';
    response.writeHead(await authorizationStatus(verifier, request.headers.authorization, role)).end();
  };
}

async function authorizationStatus(
  verifier: TokenVerifier,
  authorization: string | undefined,
  role: string,
): Promise<number> {
  try {
    const bearer = await verifier.verify(authorization);
    return role === '' || role === bearer.role ? 204 : 403;
  } catch (error) {
    return error instanceof ServiceError && TOKEN_ERRORS.has(error.code) ? 401 : 503;
  }
}
