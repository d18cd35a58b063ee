import { type ServiceError as GrpcError, Metadata, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ERRORS, type ErrorCode } from '../../../../services/kit/errors/errors.ts';
import { ServiceError, serviceError } from '../../../../services/kit/errors/service-error.ts';
import { fromStatus, toStatus } from '../../../../services/kit/grpc/error-status.ts';
import { productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the catalogue', () => {
  test.each(codes)('%s', (code) => {
    const { grpc, http, title, message } = ERRORS[code];
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(Object.values(status)).toContain(grpc);
    expect(http).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z]/);
    expect(message).toMatch(/^[a-z{]/);
  });

  test('a message names the bad value', () => {
    expect(serviceError('out-of-stock', { metadata: { product: 'p-1' } }).message).toBe(
      'there is not enough stock of product p-1; order less of it',
    );
    // @ts-expect-error the types ask for what the message names
    serviceError('out-of-stock', { metadata: {} });
    // @ts-expect-error
    serviceError('out-of-stock');
  });
});

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const errors = fc
  .record({
    code: fc.constantFrom(...codes),
    metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text, { noNullPrototype: true }),
    violations: fc.array(fc.record({ field: text, description: text }), { maxLength: 5 }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 3_600_000 }), { nil: undefined }),
  })
  .map(({ code, metadata, violations, retryAfterMs }) => {
    return new ServiceError(code, {
      metadata,
      violations,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  });

function asReceived(sent: ReturnType<typeof toStatus>): GrpcError {
  return Object.assign(new Error(sent.details), sent);
}

test('every error is the same after it went over the wire', () => {
  fc.assert(
    fc.property(errors, (error) => {
      const { code, message, metadata, violations, retryAfterMs } = fromStatus(asReceived(toStatus(error)));
      expect({ code, message, metadata, violations, retryAfterMs }).toEqual({
        code: error.code,
        message: error.message,
        metadata: error.metadata,
        violations: error.violations,
        retryAfterMs: error.retryAfterMs,
      });
    }),
  );
});

describe('of too many violations', () => {
  const sent = (count: number, length: number) => {
    const violations = Array.from({ length: count }, (_, n) => ({
      field: `items[${n}]`,
      description: 'x'.repeat(length),
    }));
    return fromStatus(asReceived(toStatus(serviceError('invalid-request', { violations }))));
  };

  test.each([
    [20, 50, 20],
    [21, 50, 20],
    [500, 50, 20],
    [500, 500, 10],
    [3, 3_000, 1],
    [3, 30_000, 0],
  ])('the first ones are listed and the rest counted: %d of %d characters', (count, length, listed) => {
    const { code, violations, omittedViolations } = sent(count, length);
    expect({ code, omittedViolations }).toEqual({
      code: 'invalid-request',
      omittedViolations: count - listed,
    });
    expect(violations.map(({ field }) => field)).toEqual(
      Array.from({ length: listed }, (_, n) => `items[${n}]`),
    );
  });
});

test('an error is sent whose text is too long for a header, or ends in half of a character', () => {
  const long = serviceError('not-found', { metadata: { what: 'x'.repeat(20_000) } });
  const status = toStatus(long);
  expect(status.details.length).toBeLessThanOrEqual(500);
  expect(fromStatus(asReceived(status)).code).toBe('not-found');
  const cut = serviceError('not-found', { metadata: { what: 'a\u{1f600}'.slice(0, 2) } });
  expect(() => encodeURI(toStatus(cut).details)).not.toThrow();
});

test('details that are spoilt are as none', () => {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff, 0x01]));
  expect(fromStatus(asReceived({ code: status.ABORTED, details: '', metadata })).code).toBe('internal');
});

test.each([
  [status.UNAVAILABLE, 'no connection', 'unavailable'],
  [status.DEADLINE_EXCEEDED, '', 'deadline-exceeded'],
  [status.CANCELLED, '', 'cancelled'],
  [status.PERMISSION_DENIED, 'RBAC: access denied', 'undeclared-call'],
  [status.RESOURCE_EXHAUSTED, 'Received message larger than max (5 vs. 4)', 'answer-too-large'],
  [
    status.RESOURCE_EXHAUSTED,
    'Received message that decompresses to a size larger than 4',
    'answer-too-large',
  ],
  [status.RESOURCE_EXHAUSTED, 'Sent message larger than max (5 vs. 4)', 'answer-too-large'],
  [status.RESOURCE_EXHAUSTED, 'Attempted to send message with a size larger than 4', 'body-too-large'],
  [status.RESOURCE_EXHAUSTED, 'slow down', 'too-many-requests'],
  [status.DATA_LOSS, '', 'internal'],
  [status.INTERNAL, 'Received RST_STREAM with code 2 (Internal server error)', 'unavailable'],
  [status.INTERNAL, 'Received RST_STREAM with code 0 (Call ended without gRPC status)', 'unavailable'],
  [status.INTERNAL, 'Received RST_STREAM with code 2 triggered by internal client error: bad', 'internal'],
  [status.INTERNAL, 'a bug', 'internal'],
  [
    status.UNAVAILABLE,
    'upstream connect error or disconnect/reset before headers. reset reason: overflow',
    'overloaded',
  ],
])('a status without details: %s %s', (code, details, expected) => {
  expect(fromStatus(asReceived({ code, details, metadata: new Metadata() })).code).toBe(expected);
});

test('a callee that refuses a request for its size is told from an answer that is too large', () => {
  const metadata = new Metadata();
  metadata.set('content-type', 'application/grpc+proto');
  const details = 'Received message larger than max (5242880 vs 4194304)';
  const error = fromStatus(asReceived({ code: status.RESOURCE_EXHAUSTED, details, metadata }));
  expect(error).toMatchObject({ code: 'body-too-large', metadata: { limit: '4194304' } });
});

describe('between processes', () => {
  const failing = async (thrown: unknown) => {
    const { address, lines } = await world.serve({
      getProduct: async () => {
        throw thrown;
      },
    });
    const error = await world
      .client([address])
      .getProduct({ id: 'x' })
      .catch((caught: unknown) => caught);
    return { error, lines };
  };

  test('an error of the catalogue arrives as it was thrown', async () => {
    const violations = [{ field: 'items[0].quantity', description: '-1 is below 1' }];
    const thrown = serviceError('invalid-request', { violations, retryAfterMs: 1_500 });
    const { error, lines } = await failing(thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      code: 'invalid-request',
      message: thrown.message,
      violations,
      retryAfterMs: 1_500,
    });
    expect(lines).toMatchObject([{ level: 'info', message: 'call', status: 'INVALID_ARGUMENT' }]);
  });

  test('any other error is internal; its text stays in the log', async () => {
    const { error, lines } = await failing(new TypeError('password of db is hunter2'));
    expect(error).toMatchObject({ code: 'internal' });
    expect(String(error)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({
      level: 'error',
      error: { name: 'TypeError', message: 'password of db is hunter2' },
    });
    expect(lines[1]).toMatchObject({ level: 'info', status: 'INTERNAL' });
  });
});
