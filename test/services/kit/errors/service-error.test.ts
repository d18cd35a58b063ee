import { type ServiceError as GrpcError, Metadata, status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { KIT_ERRORS } from '../../../../services/kit/errors/kit-errors.ts';
import { defineErrors, ServiceError, serviceError } from '../../../../services/kit/errors/service-error.ts';
import { fromStatus, toStatus } from '../../../../services/kit/grpc/error-status.ts';
import { productWorld } from '../product-server.ts';

const world = productWorld();
afterEach(world.close);

const loyaltyError = defineErrors({
  'no-points': {
    grpc: 'NOT_FOUND',
    http: 404,
    title: 'No points',
    message: 'order {order} has no points; wait until it is confirmed',
  },
});

describe('the errors of the kit', () => {
  test.each(Object.entries(KIT_ERRORS))('%s has a status, a title and a message', (code, entry) => {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(status).toHaveProperty(entry.grpc);
    expect(entry.http).toBeGreaterThanOrEqual(400);
    expect(entry.title).toMatch(/^[A-Z]/);
    expect(entry.message).toMatch(/^[a-z{]/);
  });
});

test('an error of a service has its status, and a message that names the value', () => {
  const error = loyaltyError('no-points', { metadata: { order: 'o-1' } });
  expect(error).toMatchObject({ code: 'no-points', grpc: status.NOT_FOUND });
  expect(error.message).toBe('order o-1 has no points; wait until it is confirmed');
  // @ts-expect-error the types require the metadata that the message names
  loyaltyError('no-points', { metadata: {} });
  // @ts-expect-error
  loyaltyError('no-points');
  // @ts-expect-error the types allow codes of the catalogue only
  expect(() => loyaltyError('not-found')).toThrow(TypeError);
});

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const errors = fc
  .record({
    code: fc.stringMatching(/^[a-z]{1,8}(-[a-z]{1,8})?$/),
    grpc: fc.integer({ min: 1, max: 16 }),
    message: text,
    metadata: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text, { noNullPrototype: true }),
    violations: fc.array(fc.record({ field: text, description: text }), { maxLength: 5 }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 3_600_000 }), { nil: undefined }),
  })
  .map(({ code, grpc, message, metadata, violations, retryAfterMs }) => {
    return new ServiceError(
      { code, grpc, message },
      {
        metadata,
        violations,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      },
    );
  });

function asReceived(sent: ReturnType<typeof toStatus>): GrpcError {
  return Object.assign(new Error(sent.details), sent);
}

test('an error of any code keeps code, status, message and details on the wire', () => {
  fc.assert(
    fc.property(errors, (error) => {
      const received = fromStatus(asReceived(toStatus(error)));
      const { code, grpc, message, metadata, violations, retryAfterMs } = received;
      expect({ code, grpc, message, metadata, violations, retryAfterMs }).toEqual({
        code: error.code,
        grpc: error.grpc,
        message: error.message,
        metadata: error.metadata,
        violations: error.violations,
        retryAfterMs: error.retryAfterMs,
      });
    }),
  );
});

describe('with too many violations', () => {
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
  ])('lists the first violations and counts the rest: %d of %d characters', (count, length, listed) => {
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

test('truncates a message that is too long for a header or ends in half of a surrogate pair', () => {
  const long = serviceError('not-found', { metadata: { what: 'x'.repeat(20_000) } });
  const status = toStatus(long);
  expect(status.details.length).toBeLessThanOrEqual(500);
  expect(fromStatus(asReceived(status)).code).toBe('not-found');
  const cut = serviceError('not-found', { metadata: { what: 'a\u{1f600}'.slice(0, 2) } });
  expect(() => encodeURI(toStatus(cut).details)).not.toThrow();
});

test('ignores status details that cannot be decoded', () => {
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
])('maps status %s with the text %p to %s', (code, details, expected) => {
  expect(fromStatus(asReceived({ code, details, metadata: new Metadata() })).code).toBe(expected);
});

test('distinguishes a request that the callee rejects for its size from a response that is too large', () => {
  const metadata = new Metadata();
  metadata.set('content-type', 'application/grpc+proto');
  const details = 'Received message larger than max (5242880 vs 4194304)';
  const error = fromStatus(asReceived({ code: status.RESOURCE_EXHAUSTED, details, metadata }));
  expect(error).toMatchObject({ code: 'body-too-large', metadata: { limit: '4194304' } });
});

describe('between processes', () => {
  const callThatThrows = async (thrown: unknown) => {
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

  test('a ServiceError arrives as it was thrown', async () => {
    const violations = [{ field: 'items[0].quantity', description: '-1 is below 1' }];
    const thrown = serviceError('invalid-request', { violations, retryAfterMs: 1_500 });
    const { error, lines } = await callThatThrows(thrown);
    expect(error).toBeInstanceOf(ServiceError);
    expect(error).toMatchObject({
      code: 'invalid-request',
      message: thrown.message,
      violations,
      retryAfterMs: 1_500,
    });
    expect(lines).toMatchObject([{ level: 'info', message: 'call', status: 'INVALID_ARGUMENT' }]);
  });

  test('any other error arrives as internal, and its text stays in the log', async () => {
    const { error, lines } = await callThatThrows(new TypeError('password of db is hunter2'));
    expect(error).toMatchObject({ code: 'internal' });
    expect(String(error)).not.toContain('hunter2');
    expect(lines[0]).toMatchObject({
      level: 'error',
      error: { name: 'TypeError', message: 'password of db is hunter2' },
    });
    expect(lines[1]).toMatchObject({ level: 'info', status: 'INTERNAL' });
  });
});
