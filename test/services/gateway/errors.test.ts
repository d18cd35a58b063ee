import { status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { EDGE_ERRORS, httpStatusOf, titleOf } from '../../../services/gateway/errors.ts';
import { KIT_ERRORS } from '../../../services/kit/errors/kit-errors.ts';
import { PAYMENT_ERRORS } from '../../../services/proto/errors/payment.ts';
import { PRODUCT_ERRORS } from '../../../services/proto/errors/product.ts';
import { USER_ERRORS } from '../../../services/proto/errors/user.ts';

test.each(Object.entries(EDGE_ERRORS))('%s has a status, a title and a message', (code, entry) => {
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
  expect(status).toHaveProperty(entry.grpc);
  expect(entry.http).toBeGreaterThanOrEqual(400);
  expect(entry.title).toMatch(/^[A-Z]/);
  expect(entry.message).toMatch(/^[a-z{]/);
});

test('no two catalogues define the same code', () => {
  const codes = [KIT_ERRORS, USER_ERRORS, PRODUCT_ERRORS, PAYMENT_ERRORS].flatMap((errors) =>
    Object.keys(errors),
  );
  expect(codes).toHaveLength(new Set(codes).size);
});

test.each([
  ['out-of-stock', status.FAILED_PRECONDITION, 409, 'Out of stock'],
  ['answer-too-large', status.RESOURCE_EXHAUSTED, 500, 'Response too large'],
])('the listed code %s has the HTTP status and the title of its catalogue', (code, grpc, http, title) => {
  const error = { code, grpc };
  expect([httpStatusOf(error), titleOf(error)]).toEqual([http, title]);
});

test.each([
  [status.NOT_FOUND, 404],
  [status.FAILED_PRECONDITION, 400],
  [status.ALREADY_EXISTS, 409],
  [status.UNAVAILABLE, 503],
  [status.DATA_LOSS, 500],
])('an unlisted code has the HTTP status of its gRPC status %s: %s', (grpc, http) => {
  const error = { code: 'no-points', grpc };
  expect([httpStatusOf(error), titleOf(error)]).toEqual([http, 'No points']);
});
