import { expect, test } from '@jest/globals';
import type { Client } from '../../../services/kit/client/client.ts';
import { defineErrors, type ServiceError, serviceError } from '../../../services/kit/errors/service-error.ts';
import type { CallContext } from '../../../services/kit/grpc/handlers.ts';
import { PaymentTokens } from '../../../services/order/payment-tokens.ts';
import { PAYMENT_ERRORS } from '../../../services/proto/errors/payment.ts';
import type { PaymentServiceDefinition } from '../../../services/proto/gen/weft/payment/v1/payment.ts';
import { quiet } from '../serve.ts';

const paymentError = defineErrors(PAYMENT_ERRORS);

const context: CallContext = {
  caller: 'gateway',
  signal: new AbortController().signal,
  deadline: Number.POSITIVE_INFINITY,
  requestId: 'r',
  canary: '',
  isRetry: false,
  log: quiet,
};

/** Tokens on a clock that the test turns, and a payment service that returns the given answers and counts calls. */
function asking() {
  const state = { now: 0, calls: 0, problem: undefined as ServiceError | undefined };
  const checkToken = async () => {
    state.calls++;
    if (state.problem) throw state.problem;
    return {};
  };
  const tokens = new PaymentTokens(
    { checkToken } as unknown as Client<PaymentServiceDefinition>,
    () => state.now,
  );
  return { state, problem: async () => (await tokens.check('tok_ok', context))?.code };
}

test('a valid token is checked again after ten seconds', async () => {
  const { state, problem } = asking();
  for (const now of [0, 9_999, 10_000]) {
    state.now = now;
    expect(await problem()).toBeUndefined();
  }
  expect(state.calls).toBe(2);
  state.now = 30_000;
  state.problem = paymentError('unknown-payment-token', { metadata: { token: 'tok_ok' } });
  expect(await problem()).toBe('unknown-payment-token');
});

test('neither a refusal nor a missing response is cached', async () => {
  const { state, problem } = asking();
  state.problem = paymentError('unknown-payment-token', { metadata: { token: 'tok_ok' } });
  expect([await problem(), await problem()]).toEqual(['unknown-payment-token', 'unknown-payment-token']);
  state.problem = serviceError('unavailable');
  expect([await problem(), await problem()]).toEqual([undefined, undefined]);
  state.problem = undefined;
  await problem();
  expect(state.calls).toBe(5);
});
