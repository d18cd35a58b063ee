import { defineErrors } from '../kit/errors/service-error.ts';
import { type Implementation, implement } from '../kit/server/implement.ts';
import { PAYMENT_ERRORS } from '../proto/errors/payment.ts';
import { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';
import { authorize } from './authorize.ts';
import { cancel } from './cancel.ts';
import { capture } from './capture.ts';
import { type PaymentRow, type Payments, requirePayment, toPayment } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

const paymentError = defineErrors(PAYMENT_ERRORS);

/** Implements the payment service over `provider`. */
export function paymentService(payments: Payments, provider: PaymentProvider): Implementation {
  return implement(PaymentServiceDefinition, {
    checkToken: async ({ token }) => {
      if (!provider.isKnownToken(token)) {
        throw paymentError('unknown-payment-token', { metadata: { token: token.slice(0, 100) } });
      }
      return {};
    },
    authorize: async (request, { signal }) =>
      toResponse(await authorize(payments, provider, request, signal)),
    capture: async ({ orderId }, { signal }) =>
      toResponse(await capture(payments, provider, orderId, signal)),
    cancel: async ({ orderId }) => toResponse(await cancel(payments, provider, orderId)),
    getPayment: async ({ orderId }) => toResponse(await requirePayment(payments, orderId)),
  });
}

function toResponse(row: PaymentRow) {
  return { payment: toPayment(row) };
}
