import { implement } from '../kit/server/implement.ts';
import type { Implementation } from '../kit/server/implementation.ts';
import { serviceError } from '../kit/service-error.ts';
import { isUuid } from '../kit/uuidv7.ts';
import { PaymentServiceDefinition } from '../proto/gen/weft/payment/v1/payment.ts';
import { cancel } from './cancel.ts';
import { charge } from './charge.ts';
import { type Payments, toPayment } from './payments.ts';
import type { PaymentProvider } from './provider.ts';

/** Payments of orders, taken by `provider`. */
export function paymentService(payments: Payments, provider: PaymentProvider): Implementation {
  return implement(PaymentServiceDefinition, {
    checkToken: async ({ token }) => {
      if (!provider.knows(token)) {
        throw serviceError('unknown-payment-token', { metadata: { token: token.slice(0, 100) } });
      }
      return {};
    },
    charge: async (request, { signal }) => ({
      payment: toPayment(await charge(payments, provider, request, signal)),
    }),
    cancel: async ({ orderId }) => ({ payment: toPayment(await cancel(payments, provider, orderId)) }),
    getPayment: async ({ orderId }) => {
      const payment = isUuid(orderId) ? await payments.find(orderId) : undefined;
      if (!payment) {
        throw serviceError('not-found', { metadata: { what: `payment of order ${orderId.slice(0, 100)}` } });
      }
      return { payment: toPayment(payment) };
    },
  });
}
