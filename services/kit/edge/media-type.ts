import type { IncomingMessage } from 'node:http';
import { serviceError } from '../errors/service-error.ts';

/**
 * Checks that the body has one of the types `supported`, is UTF-8 and is not compressed.
 * @throws ServiceError `unsupported-media-type`
 */
export function checkMediaType(request: IncomingMessage, supported: readonly string[]): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const encoding = request.headers['content-encoding'] ?? 'identity';
  const utf8 = parameters.every(
    (parameter) => !/charset/.test(parameter) || /=\s*"?utf-?8"?\s*$/.test(parameter),
  );
  if (supported.includes(type.trim()) && utf8 && encoding === 'identity') return;
  const contentType = request.headers['content-type'] ?? 'unknown';
  throw serviceError('unsupported-media-type', {
    metadata: {
      type: encoding === 'identity' ? contentType : `${contentType} (${encoding})`,
      supported: `${supported.join(' or ')} in UTF-8`,
    },
  });
}
